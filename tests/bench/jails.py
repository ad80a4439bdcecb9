"""Ways of starting jails: one nsjail for each submission, or a fork of a warm, jailed template."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from sandbox.model import LaunchMode, Program, Run, Runtime, Sandbox, Source
from sandbox.pool import PoolSettings, start
from sandbox.retry import SCRIPT
from tests.bench.turns import Rate, take_turns

if TYPE_CHECKING:
    from tests.bench.turns import Turn

SUBMISSIONS = 100
"""In one turn: about a second of work on two cores."""
PROGRAM = Program("python", (Source("solution", "solution.py", b"print(sum(map(int, input().split())))"),))


async def measure() -> list[Rate]:
    """Submissions of one test each; as many jails at once as there are cores."""
    async with contextlib.AsyncExitStack() as stack:
        ways = {}
        for mode in (LaunchMode.COLD, LaunchMode.TEMPLATE):
            pool = await stack.enter_async_context(start(PoolSettings(launch=mode), [Runtime("python")]))
            ways[f"one-test submissions, {mode.value}"] = _submissions(pool)
        return await take_turns(ways)


def _submissions(sandbox: Sandbox) -> Turn:
    async def turn() -> int:
        await asyncio.gather(*(_one(sandbox) for _ in range(SUBMISSIONS)))
        return SUBMISSIONS

    return turn


async def _one(sandbox: Sandbox) -> None:
    async with sandbox.open(PROGRAM) as jail:
        await jail.compile()
        outcome = await jail.run(Run(SCRIPT, stdin=b"1 2 3\n"))
    if outcome.stdout != b"6\n":
        raise RuntimeError(f"a program of the benchmark failed: {outcome}")
