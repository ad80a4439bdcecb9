"""Whoever brings answers that take long to read does not keep everybody else waiting."""

from __future__ import annotations

import asyncio
import itertools
import time

from verifier.wire.pace import LONG_SECONDS, Pace, Slices

HEAVY, LIGHT = 4, 200


def _busy(seconds: float) -> None:
    """Use the processor for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


async def test_long_items_of_several_calls_leave_the_thread_to_short_ones() -> None:
    pace, begun = Pace(), []

    async def call(name: str, items: int, seconds: float) -> None:
        slices = Slices(pace)
        for _ in range(items):
            begun.append(name)
            _busy(seconds)
            await slices.next()

    heavy = [call("heavy", HEAVY, 2 * LONG_SECONDS) for _ in range(HEAVY)]
    await asyncio.gather(*heavy, call("light", LIGHT, LONG_SECONDS / 50))

    last_light = len(begun) - 1 - begun[::-1].index("light")
    beside = begun[HEAVY : last_light + 1]
    assert ("heavy", "heavy") not in itertools.pairwise(beside), "however slow the clock of a busy machine"
    assert begun.count("heavy") == HEAVY * HEAVY


async def test_a_call_of_short_items_does_not_rest() -> None:
    """Ten thousand of them let others in between, again and again, and no more than that."""
    slices, between = Slices(Pace()), 0

    async def other() -> None:
        nonlocal between
        while True:
            between += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    for _ in range(10_000):
        _busy(1e-6)
        await slices.next()
    beside.cancel()

    assert 0 < between < 10_000
