"""Whoever brings answers that take long to read does not keep everybody else waiting."""

from __future__ import annotations

import asyncio
import functools
import itertools
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from verifier.wire.pace import COSTLY_SECONDS, LONG_CHARACTERS, NEAR_SECONDS, SLICE_SECONDS, Pace, Slices

if TYPE_CHECKING:
    from collections.abc import Callable

HANG_SECONDS = 20
HEAVY, LIGHT = 4, 400
LONG_SECONDS = 0.01


def _busy(seconds: float) -> None:
    """Use the processor for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


async def _begin(slices: Slices, text: str, item: Callable[[], None]) -> None:
    due = slices.begin(text, item)
    if due is not None:
        await due


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still with the machine: nobody who was there is gone for want of a processor."""
    clock = SimpleNamespace(monotonic=time.thread_time, thread_time=time.thread_time)
    monkeypatch.setattr("verifier.wire.pace.time", clock)


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("text", ["", "1 " * LONG_CHARACTERS])
async def test_long_items_of_several_calls_leave_the_thread_to_short_ones(text: str) -> None:
    pace, begun = Pace(), []

    def item(name: str, seconds: float) -> None:
        begun.append(name)
        _busy(seconds)

    async def call(name: str, items: int, seconds: float, text: str = "") -> None:
        slices = Slices(pace)
        for _ in range(items):
            await _begin(slices, text, functools.partial(item, name, seconds))

    heavy = [call("heavy", HEAVY, 2 * LONG_SECONDS, text) for _ in range(HEAVY)]
    await asyncio.gather(*heavy, call("light", LIGHT, COSTLY_SECONDS / 2))

    last_light = len(begun) - 1 - begun[::-1].index("light")
    beside = begun[HEAVY : last_light + 1]
    assert ("heavy", "heavy") not in itertools.pairwise(beside)
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
        await _begin(slices, text, functools.partial(_busy, seconds))
    beside.cancel()

    assert least <= between <= most


@dataclass
class Clock:
    """What was begun, and for how long somebody rested, while rests take no time."""

    seen: list[object] = field(default_factory=list)
    beside: Pace | None = None
    """Where another call begins all the time."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """In place of sleeping."""
    told, real = Clock(), asyncio.sleep

    async def sleep(seconds: float) -> None:
        if told.beside is not None:
            Slices(told.beside)
        if seconds:
            told.seen.append("rest")
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return told


async def test_long_texts_of_several_calls_never_come_without_a_rest_between(clock: Clock) -> None:
    pace = clock.beside = Pace()

    def item() -> None:
        clock.seen.append("item")
        _busy(2 * LONG_SECONDS)

    async def call() -> None:
        await _begin(Slices(pace), "1 " * LONG_CHARACTERS, item)

    await asyncio.gather(*(call() for _ in range(HEAVY)))

    assert clock.seen == ["item", "rest"] * HEAVY


@pytest.mark.parametrize("text", ["204", "1 " * LONG_CHARACTERS], ids=["short", "long"])
@pytest.mark.parametrize("others", [False, True], ids=["alone", "beside others"])
async def test_costly_items_rest_where_others_are_there(others: bool, text: str, clock: Clock) -> None:
    pace = Pace()
    clock.beside = pace if others else None
    slices = Slices(pace)
    for _ in range(20):
        await _begin(slices, text, functools.partial(_busy, 10 * COSTLY_SECONDS))

    assert bool(clock.seen) is others


async def test_work_of_others_between_the_items_of_a_stream_is_none_of_theirs(clock: Clock) -> None:
    pace = clock.beside = Pace()
    stream = Slices(pace)
    for _ in range(20):
        await _begin(stream, "204", lambda: None)
        _busy(2 * SLICE_SECONDS)

    assert not clock.seen


async def test_costly_calls_do_not_rest_for_each_other(clock: Clock) -> None:
    """But for the first slices, while they may be anything. All of them are one client's, perhaps."""
    pace = Pace()

    async def call() -> None:
        slices = Slices(pace)
        for _ in range(50):
            await _begin(slices, "204", functools.partial(_busy, SLICE_SECONDS))

    await asyncio.gather(*(call() for _ in range(4)))

    most = 2 * NEAR_SECONDS / SLICE_SECONDS
    assert len(clock.seen) <= most < 4 * 50


@pytest.mark.parametrize(
    ("is_much", "other_is_much", "waits"),
    [(True, False, True), (False, False, False), (True, True, False)],
    ids=["much beside little", "little", "much beside much"],
)
async def test_who_brings_much_lets_pass_who_brings_little(
    is_much: bool, other_is_much: bool, waits: bool
) -> None:
    pace = Pace()
    Slices(pace, is_much=other_is_much)
    passing = asyncio.create_task(Slices(pace, is_much=is_much).let_pass())
    await asyncio.sleep(0)

    assert passing.done() is not waits
    async with asyncio.timeout(HANG_SECONDS):
        await passing


async def test_nobody_is_let_pass_for_ever() -> None:
    pace, much = Pace(), 0

    async def little() -> None:
        while not much:
            Slices(pace)
            await asyncio.sleep(0)

    async with asyncio.timeout(HANG_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(little())
        await asyncio.sleep(0)
        await Slices(pace, is_much=True).let_pass()
        much = 1
