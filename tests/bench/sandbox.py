"""Submissions through jails, beside the floor: an nsjail with the same walls that runs a bare interpreter.

`cold` starts one nsjail with `python3 -I` for every test, without an init or limits of ours.
`one_test` and `ten_tests` are whole submissions: jail, compile, tests, with every protection on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.model import Program, Run, Runtime, Sandbox, Source
from sandbox.nsjail import config, launch
from sandbox.pool import PoolSettings, start
from sandbox.retry import SCRIPT
from tests.bench.report import Rates
from tests.bench.turns import take_turns

if TYPE_CHECKING:
    from tests.bench.turns import Turn

AT_ONCE = 4
SUBMISSIONS = 200
"""In one turn: about half a second of work on two cores."""
TEXT = b"print(int(input()) ** 2)"
PROGRAM = Program("python", (Source("solution", "solution.py", TEXT),))


async def measure() -> Rates:
    """Tests per second of the floor, then submissions of one test, then tests in submissions of ten."""
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(start(PoolSettings(slots=AT_ONCE), [Runtime("python")]))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rates = await take_turns(
            {
                "cold": _cold(folder),
                "one_test": _submissions(pool, SUBMISSIONS, tests=1),
                "ten_tests": _submissions(pool, SUBMISSIONS // 5, tests=10),
            }
        )
        return Rates(rates)


def _submissions(sandbox: Sandbox, count: int, tests: int) -> Turn:
    async def one() -> None:
        async with sandbox.open(PROGRAM) as jail:
            for number in range(tests):
                outcome = await jail.run(Run(SCRIPT, stdin=b"%d\n" % number))
                _expect(outcome.stdout, number)

    async def turn() -> int:
        await asyncio.gather(*(one() for _ in range(count)))
        return count * tests

    return turn


def _cold(folder: Path) -> Turn:
    ids = config.Ids(((1000, os.geteuid() or 20_000, 1),), ((1000, os.getegid() or 20_000, 1),))
    file = folder / "cold.cfg"
    file.write_text(config.render(config.Wall((), ("PATH=/usr/bin:/bin",), ids, 64 << 20)))
    command = (launch.nsjail_binary(), "-q", "--config", str(file), "--")
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with gate:
            process = await asyncio.create_subprocess_exec(
                *(*command, "/usr/bin/python3", "-I", "-c", TEXT.decode()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            output, _ = await process.communicate(b"3\n")
            _expect(output, 3)

    async def turn() -> int:
        await asyncio.gather(*(one() for _ in range(SUBMISSIONS // 4)))
        return SUBMISSIONS // 4

    return turn


def _expect(output: bytes, number: int) -> None:
    if output != b"%d\n" % number**2:
        sys.exit(f"a program of the benchmark failed: {output!r}")
