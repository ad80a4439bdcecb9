"""Whoever brings answers that take long to read does not keep everybody else waiting."""

from __future__ import annotations

import asyncio
import functools
import itertools
import time

import pytest

from verifier.wire.pace import COSTLY_SECONDS, LONG_CHARACTERS, LONG_SECONDS, Pace, Slices

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


async def test_long_texts_let_others_in_between_however_little_each_takes() -> None:
    slices, between = Slices(Pace()), 0

    async def other() -> None:
        nonlocal between
        while True:
            between += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    for _ in range(20):
        await slices.begin("1 " * LONG_CHARACTERS, functools.partial(_busy, LONG_SECONDS / 10))
    beside.cancel()

    assert between >= 20


@pytest.mark.parametrize("others", [False, True], ids=["alone", "beside others"])
async def test_costly_items_rest_where_others_are_there(
    others: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace, rests = Pace(), []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if others:
            Slices(pace)  # another call begins its items
        rests.append(seconds)
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    slices = Slices(pace)
    for _ in range(20):
        await slices.begin("204", functools.partial(_busy, 10 * COSTLY_SECONDS))

    assert rests
    assert any(rests) is others
