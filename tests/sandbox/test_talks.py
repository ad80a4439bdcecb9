"""Runs that are spoken with: bytes go both ways while they run, and neither end can hold up the other."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import signal

import pytest

from sandbox.model import Ended, Limits, Outcome, Program, Run, Sandbox, Source
from sandbox.retry import SCRIPT
from tests.sandbox.conftest import QUICK
from verifier.redteam.abuse import traces

IMPATIENT = dataclasses.replace(QUICK, idle_seconds=0.3)

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Echo:
    """Sends back what it hears, and hangs up after a certain word."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self.said: asyncio.Queue[bytes] = asyncio.Queue()

    async def more_input(self) -> bytes:
        """See `sandbox.model.Talk`."""
        return await self.said.get()

    def take_output(self, data: bytes) -> None:
        """See `sandbox.model.Talk`."""
        self.said.put_nowait(data)
        if data.endswith(b"stop\n"):
            self.said.put_nowait(b"")


async def talk(sandbox: Sandbox, text: str, stdin: bytes = b"", limits: Limits = QUICK) -> Outcome:
    """Run a script that talks with an echo."""
    program = Program("python", (Source("solution", "solution.py", text.encode()),))
    async with sandbox.open(program) as jail:
        talked = await jail.converse(Run(SCRIPT, stdin=stdin, limits=limits), Echo())
        again = await jail.run(Run(SCRIPT, stdin=stdin, limits=dataclasses.replace(QUICK, idle_seconds=1)))
        assert again.ended in Ended  # what came too late for the talk disturbs no later run
        return talked


@pytest.mark.parametrize(
    "turn",
    [
        "print(number, flush=True); heard = input()",
        "print(number, flush=True); heard = sys.stdin.readline()",
        "print(number, flush=True); heard = sys.stdin.buffer.readline()",
        "print(number, flush=True); heard = next(sys.stdin)",
        "os.write(1, b'%d\\n' % number); heard = os.read(0, 100)",
        "print(number); heard = input()",
    ],
)
async def test_a_program_hears_the_answer_to_what_it_said(sandbox: Sandbox, turn: str) -> None:
    """Turn by turn, in every way of reading; `input` flushes by itself."""
    text = f"import os, sys\nfor number in range(20):\n    {turn}\n    assert int(heard) == number\n"
    outcome = await talk(sandbox, text)

    assert (outcome.exit_code, outcome.stderr) == (0, b"")
    assert outcome.stdout.split() == [b"%d" % number for number in range(20)]


async def test_input_begins_with_that_of_the_run_and_has_an_end(sandbox: Sandbox) -> None:
    """The end is the other side's to set."""
    text = "import sys\nprint(input())\nprint('stop', flush=True)\nprint(sys.stdin.read().split())"
    outcome = await talk(sandbox, text, b"first\n")

    assert outcome.stdout == b"first\nstop\n['first', 'stop']\n"
    assert outcome.exit_code == 0


async def test_who_writes_and_never_reads_is_not_held_up(sandbox: Sandbox) -> None:
    """Pipes are small; what the program does not read yet is kept."""
    text = "import sys\nfor _ in range(9): print('x' * 99_999)\nprint('stop', flush=True)\n"
    outcome = await talk(sandbox, text + "print(len(sys.stdin.read()))")

    assert outcome.stdout.endswith(b"stop\n900005\n")


class LastWord:
    """Stops the init of its run as soon as it hears something, says its last word, and lets init go on."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self._heard = asyncio.Event()

    async def more_input(self) -> bytes:
        """See `sandbox.model.Talk`."""
        await self._heard.wait()
        inits = _parents_below(os.getpid())
        _signal(inits, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(1, _signal, inits, signal.SIGCONT)
        return b""

    def take_output(self, data: bytes) -> None:
        """See `sandbox.model.Talk`."""
        self._heard.set()


def _parents_below(ancestor: int) -> list[int]:
    """All processes that have children: inits of runs, and what started those."""
    found = traces.below(ancestor)
    return [pid for pid in found if traces.below(pid)]


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


async def test_the_end_of_input_may_come_while_the_program_reads(sandbox: Sandbox) -> None:
    """Init sees both at once: that the pipe takes the rest, and that nothing follows."""
    text = "import sys, time\nprint('full', flush=True)\ntime.sleep(0.5)\nprint(len(sys.stdin.read()))"
    program = Program("python", (Source("solution", "solution.py", text.encode()),))
    async with sandbox.open(program) as jail:
        talked = await jail.converse(Run(SCRIPT, stdin=b"x" * 100_000, limits=QUICK), LastWord())

    assert talked.stdout == b"full\n100000\n"


async def test_who_waits_for_an_answer_to_nothing_is_idle(sandbox: Sandbox) -> None:
    """A question that was never flushed, say."""
    outcome = await talk(
        sandbox, "import sys\nsys.stdout.write('1\\n')\nsys.stdin.buffer.raw.read(1)", limits=IMPATIENT
    )

    assert outcome.ended is Ended.IDLE_LIMIT
