"""What a run is charged with: what it uses, wherever it keeps it, and nothing that it only seems to use."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest

from sandbox.errors import Starved
from sandbox.inside import account
from sandbox.model import Ended, Limits
from tests.sandbox.conftest import QUICK, RunScript

pytestmark = pytest.mark.asyncio(loop_scope="session")

LARGE = "x = bytearray(90 << 20)\nfor at in range(0, len(x), 4096): x[at] = 1\n"
"""Holds 90 MiB, well under the limit below; twice as much is over it."""
LIMITS = dataclasses.replace(QUICK, memory_bytes=128 << 20)
SECONDS_TO_BE_QUIET = 20

HONEST = {
    "starts programs": LARGE
    + "import subprocess\nfor _ in range(100): subprocess.run(['/bin/true'], check=True)\nprint('fine')",
    "forks": LARGE
    + (
        "import os, time\n"
        "for _ in range(3):\n"
        "  if not os.fork(): time.sleep(0.3); os._exit(0)\n"
        "for _ in range(3): os.wait()\n"
        "print('fine')"
    ),
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST.keys())
async def test_memory_that_processes_share_counts_once(run_script: RunScript, source: str) -> None:
    """Between vfork and exec there are two processes with one memory; after fork, two with the same pages."""
    outcome = await run_script(source, limits=LIMITS)

    assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"fine\n"), outcome.stderr
    assert outcome.memory_bytes < LIMITS.memory_bytes


HIDDEN = (
    "import os, signal, time\n"
    "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    "end = time.monotonic() + 20\n"
    "while time.monotonic() < end:\n"
    "  if not os.fork():\n"
    "    until = time.monotonic() + {seconds}\n"
    "    while time.monotonic() < until: pass\n"
    "    os._exit(0)\n"
    "  try: os.wait()\n"
    "  except ChildProcessError: pass\n"
    "print('twenty seconds for nothing')"
)


@pytest.mark.parametrize("seconds", [0.1, 0.01])
async def test_processor_time_of_children_that_nobody_waits_for_counts(
    run_script: RunScript, seconds: float
) -> None:
    """A parent that ignores SIGCHLD makes the kernel forget what its children used."""
    limits = dataclasses.replace(QUICK, cpu_seconds=0.5)
    outcome = await run_script(HIDDEN.format(seconds=seconds), limits=limits)

    assert outcome.ended is Ended.CPU_LIMIT
    assert outcome.wall_seconds < 15


async def test_a_wait_for_a_processor_is_not_hidden_by_the_end_of_another_process() -> None:
    """Else the time of a whole tree would count as blocked whenever one of it ends on a busy machine."""
    before = account.NOTHING._replace(waiting_seconds={(2, 1): 1.0, (3, 1): 5.0})
    after = account.NOTHING._replace(waiting_seconds={(2, 1): 1.25, (4, 7): 0.5})

    assert account.waited_seconds(before, after) == 0.75


async def test_a_run_that_neither_computes_nor_waits_for_a_processor_is_idle(run_script: RunScript) -> None:
    """The backstop blames the machine only for what it withheld: not much, in one of these seconds."""
    limits = Limits(cpu_seconds=10, idle_seconds=100, wall_seconds=1)
    ended = None
    for _ in range(SECONDS_TO_BE_QUIET):
        with contextlib.suppress(Starved):
            ended = (await run_script("import time; time.sleep(60)", limits=limits)).ended
            break

    assert ended is Ended.IDLE_LIMIT
