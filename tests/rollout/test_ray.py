"""`rollout score --ray`: on two workers it writes what it writes without Ray, whoever dies on the way.

Run by `make ray`, in an environment of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.rollout.command import ROLLOUT, read_records, write_records

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("ray", reason="needs rollout-verifier[ray]: make ray")
pytestmark = pytest.mark.heavy

GUARD_SECONDS = 600
"""Against hanging only."""
PROGRAMS = {"print(2 * int(input()))": True, "print(input())": False, "1 / 0": False}
ONE = {"verifier": "math", "answer": "1"}
DOUBLE = {"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["8"]}}
RECORDS: list[dict[str, Any]] = [
    {"id": f"sum/{n}", "group": f"{n % 7}", "response": f"\\boxed{{{n % 3}}}", "task": ONE}
    for n in range(800)
] + [
    {"id": f"{program}/{n}", "response": f"```python\n{program}  # {n}\n```", "task": DOUBLE}
    for program in PROGRAMS
    for n in range(20)
]  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Math and programs."""
    return write_records(tmp_path / "in.jsonl", list(RECORDS))


def start(*arguments: object) -> subprocess.Popen[str]:
    """The command, running."""
    command = [*ROLLOUT, "score", "--json", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The summary; the end has to be a good one."""
    stdout, stderr = process.communicate(timeout=GUARD_SECONDS)
    assert process.returncode == 0, stderr
    return json.loads(stdout)


def lines(path: Path) -> list[dict[str, Any]]:
    """Scored lines without what was measured: no two runs take the same time."""
    found = read_records(path)
    for line in found:
        for measured in (line, *line["cases"]):
            del measured["usage"]
    return found


def below(pid: int) -> list[int]:
    """Every process below a command."""
    found, todo = [], [pid]
    while todo:
        for children in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            pids = [int(child) for child in children.read_text().split()]
            found += pids
            todo += pids
    return found


def _title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Look until it holds; the process must not end before."""
    until = time.monotonic() + GUARD_SECONDS
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "hangs"
        time.sleep(0.05)


def test_two_workers_write_what_one_command_writes(records: Path, tmp_path: Path) -> None:
    """Line for line, in order, and the same summary."""
    alone, together = tmp_path / "alone.jsonl", tmp_path / "together.jsonl"
    summary = finish(start(records, "-o", alone))

    on_ray = finish(start(records, "-o", together, "--ray", "local", "--workers", 2))

    assert lines(together) == lines(alone)
    assert on_ray | {"seconds": 0} == summary | {"seconds": 0}
    assert on_ray["accepted"] == sum(
        "boxed{1}" in r["response"] or "2 * int" in r["response"] for r in RECORDS
    )


def test_a_dead_worker_and_a_dead_command_cost_no_record(records: Path, tmp_path: Path) -> None:
    """A worker is killed, then the command itself; it is continued with one worker, elsewhere."""
    out, partial = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    with start(records, "-o", out, "--ray", "local", "--workers", 2) as process:
        wait_until(lambda: partial.exists() and partial.stat().st_size > 0, process)
        workers = [pid for pid in below(process.pid) if _title(pid).startswith("ray::Worker")]
        os.kill(workers[0], signal.SIGKILL)
        before = partial.read_bytes().count(b"\n")
        wait_until(lambda: not partial.exists() or partial.read_bytes().count(b"\n") > before, process)
        assert process.poll() is None, "it was done before it could be killed"
        started = below(process.pid)
        process.kill()
    for pid in started:  # agents of Ray outlive a command that was killed
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    finish(start(records, "-o", out, "--resume", "--ray", "local", "--workers", 1))

    assert [line["id"] for line in lines(out)] == [record["id"] for record in RECORDS]
    assert all(line["correct"] is not None for line in lines(out))


def test_workers_ask_the_service_that_is_named(target: str, tmp_path: Path) -> None:
    """One service behind many workers."""
    path = write_records(tmp_path / "in.jsonl", [RECORDS[0] | {"response": str(n % 2)} for n in range(500)])
    out = tmp_path / "out.jsonl"

    summary = finish(start(path, "-o", out, "--ray", "local", "--workers", 2, "--target", target))

    assert summary["accepted"] == 250
    assert [line["correct"] for line in lines(out)] == [n % 2 == 1 for n in range(500)]


def test_no_cluster_and_too_many_workers_are_named(tmp_path: Path) -> None:
    """Before anything is written."""
    path = write_records(tmp_path / "in.jsonl", [RECORDS[0]])
    for options, code, reason in (
        (("--ray", "127.0.0.1:1"), 3, "no Ray cluster at 127.0.0.1:1"),
        (("--workers", 2), 2, "--workers: there are none without --ray"),
    ):
        with start(path, "-o", tmp_path / "out.jsonl", *options) as process:
            _, stderr = process.communicate(timeout=GUARD_SECONDS)
        assert process.returncode == code, stderr
        assert reason in stderr
        assert "Traceback" not in stderr
