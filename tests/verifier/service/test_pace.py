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


@pytest.mark.parametrize(
    ("text", "items", "seconds", "least", "most"),
    [("204", 10_000, 1e-6, 1, 9_999), ("1 " * LONG_CHARACTERS, 20, LONG_SECONDS / 10, 20, 10_000)],
    ids=["short ones", "long ones that take little"],
)
async def test_others_come_in_between(text: str, items: int, seconds: float, least: int, most: int) -> None:
    """Of ten thousand short ones again and again, and no more than that: such a call does not rest."""
    slices, between = Slices(Pace()), 0

    async def other() -> None:
        nonlocal between
        while True:
            between += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    for _ in range(items):
        await slices.begin(text, functools.partial(_busy, seconds))
    beside.cancel()

    assert least <= between <= most


async def test_long_items_of_several_calls_never_come_without_a_rest_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pace, seen, real = Pace(), [], asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds:
            seen.append("rest")
        await real(0)

    def item() -> None:
        seen.append("item")
        _busy(2 * LONG_SECONDS)

    async def call() -> None:
        await Slices(pace).begin("1 " * LONG_CHARACTERS, item)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    await asyncio.gather(*(call() for _ in range(HEAVY)))

    assert seen == ["item", "rest"] * HEAVY


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
