"""Whoever brings answers that take long to read does not keep everybody else waiting."""

from __future__ import annotations

import asyncio
import functools
import itertools
import time

import pytest

from verifier.wire.pace import LONG_CHARACTERS, LONG_SECONDS, Pace, Slices

HEAVY, LIGHT = 4, 200


def _busy(seconds: float) -> None:
    """Use the processor for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@pytest.mark.parametrize("text", ["", "1 " * LONG_CHARACTERS])
async def test_long_items_of_several_calls_leave_the_thread_to_short_ones(text: str) -> None:
    pace, begun = Pace(), []

    def item(name: str, seconds: float) -> None:
        begun.append(name)
        _busy(seconds)

    async def call(name: str, items: int, seconds: float, text: str = "") -> None:
        slices = Slices(pace)
        for _ in range(items):
            await slices.begin(text, functools.partial(item, name, seconds))

    heavy = [call("heavy", HEAVY, 2 * LONG_SECONDS, text) for _ in range(HEAVY)]
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
        await slices.begin("204", functools.partial(_busy, 1e-6))
    beside.cancel()

    assert 0 < between < 10_000
