"""Templates that are lost, jails that stand still, callers who leave: who waits, and what is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotAvailable
from sandbox.model import LaunchMode, Limits, Program, Run, Runtime, Source
from sandbox.pool import PoolSettings, start
from sandbox.retry import SCRIPT, probe
from verifier.redteam.abuse import traces

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.model import Sandbox

HANG_SECONDS = 120
LATE_SECONDS = 25
"""Less than the sandbox waits for a jail that does not end before it gives up on its template."""
SETTINGS = PoolSettings(slots=2, launch=LaunchMode.TEMPLATE)
MEGABYTES = bytes(16 << 20)
"""More than any socket holds."""


@contextlib.asynccontextmanager
async def _pool() -> AsyncIterator[tuple[Sandbox, int]]:
    """A pool with one runtime, and the process id of its nsjail."""
    before = _nsjails()
    try:
        async with asyncio.timeout(HANG_SECONDS), start(SETTINGS, [Runtime("python")]) as pool:
            (nsjail,) = _nsjails() - before
            yield pool, nsjail
    except NotAvailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    assert _nsjails() == before


def _nsjails() -> set[int]:
    """Children of this process that are nsjails."""
    return {pid for pid, name in traces.below(os.getpid()).items() if name == "nsjail" and _is_ours(pid)}


def _is_ours(pid: int) -> bool:
    with contextlib.suppress(OSError):
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[:2]
        return state != "Z" and int(parent) == os.getpid()
    return False


async def _another_nsjail(before: set[int]) -> int:
    while not (new := _nsjails() - before):  # noqa: ASYNC110 - the kernel tells nobody
        await asyncio.sleep(0.01)
    return min(new)


async def test_a_lost_template_is_replaced_before_anybody_asks() -> None:
    async with _pool() as (pool, nsjail):
        before = _nsjails()
        os.kill(nsjail, signal.SIGKILL)
        await _another_nsjail(before)
        await probe(pool, "python")


async def test_templates_that_are_lost_again_and_again_are_replaced_when_somebody_asks() -> None:
    async with _pool() as (pool, nsjail):
        before = _nsjails()
        os.kill(nsjail, signal.SIGKILL)
        second = await _another_nsjail(before)
        await asyncio.sleep(2)  # it is ready, or another one comes all the same
        os.kill(second, signal.SIGKILL)
        while second in _nsjails():  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.01)
        await probe(pool, "python")


async def test_a_caller_who_leaves_while_a_template_starts_costs_the_others_nothing() -> None:
    """All wait for the same template, and none is left over."""
    async with _pool() as (pool, nsjail):
        before = _nsjails()
        os.kill(nsjail, signal.SIGKILL)
        await _another_nsjail(before)
        leaving, staying = (asyncio.create_task(probe(pool, "python")) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        await staying
        assert len(_nsjails() - (before - {nsjail})) == 1
        with pytest.raises(asyncio.CancelledError):
            await leaving


async def test_a_pool_that_stops_while_a_template_starts_leaves_none() -> None:
    async with _pool() as (_, nsjail):
        before = _nsjails()
        os.kill(nsjail, signal.SIGKILL)
        await _another_nsjail(before)


async def test_a_jail_that_stands_still_with_much_to_read_keeps_nobody() -> None:
    """Its init does not read, so that what it was sent can never arrive."""
    program = Program("python", (Source("solution", "solution.py", b"print(len(input()))"),))
    async with _pool() as (pool, nsjail):
        running = asyncio.create_task(_run_stopped(pool, program, nsjail))
        await asyncio.sleep(1)
        running.cancel()
        _, waiting = await asyncio.wait((running,), timeout=LATE_SECONDS)
        _signal_inits(nsjail, signal.SIGCONT)  # or a test that fails hangs
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not waiting


async def _run_stopped(pool: Sandbox, program: Program, nsjail: int) -> None:
    async with pool.open(program) as jail:
        _signal_inits(nsjail, signal.SIGSTOP)
        await jail.run(Run(SCRIPT, limits=Limits(), stdin=MEGABYTES))


def _signal_inits(nsjail: int, number: signal.Signals) -> None:
    for template in _children(nsjail):
        for init in _children(template):
            os.kill(init, number)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
