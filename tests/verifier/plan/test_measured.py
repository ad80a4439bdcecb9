"""What is measured on this machine predicts what a real run takes on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.bench import plan as bench
from verifier.plan import measure, processes
from verifier.plan.model import Profile

BURN = "import time\nwhile time.process_time() < 0.5: pass\n"
CHILDREN = (
    f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\nprint(flush=True)\ninput()\n"
)


def test_processor_time_of_children_counts_when_they_have_ended() -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", CHILDREN], **pipes) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        used = processes.used(parent.pid)
        assert parent.stdin is not None
        parent.stdin.write(b"\n")
    assert 0.4 < used.below_seconds < 5
    assert used.own_seconds < 5


def test_processor_time_and_memory_of_processes_below_count_while_they_live() -> None:
    before = time.process_time()
    with subprocess.Popen(
        [sys.executable, "-c", BURN + "print(flush=True)\ninput()"], stdin=-1, stdout=-1
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        used, (own_mib, below_mib) = processes.used(os.getpid()), processes.memory_mib(os.getpid())
        child.communicate(b"\n")
    assert used.own_seconds >= before - 0.1
    assert used.below_seconds >= 0.4
    assert min(own_mib, below_mib) > 1


@pytest.mark.heavy
async def test_a_run_with_two_server_processes_takes_what_was_predicted() -> None:
    """Processor time, and so the number of pods, within a factor of two."""
    profile = await measure.measure(["python"], lambda _: None)
    found = await bench.compare(profile)
    assert 0.5 < found.ratio < 2, found


@pytest.mark.heavy
def test_the_command_prints_a_profile_and_names_what_is_not_installed() -> None:
    command = (sys.executable, "-m", "verifier", "profile", "--only")
    done = subprocess.run((*command, "python"), capture_output=True, text=True, check=True)
    profile = Profile.model_validate_json(done.stdout)
    assert list(profile.programs) == ["python"]
    assert profile.programs["python"].test.seconds > 0
    assert profile.answers.symbolic.seconds > profile.answers.plain.seconds
    wrong = subprocess.run((*command, "cobol"), capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr.splitlines()[-1]) == (1, "verifier: not installed here: cobol")
