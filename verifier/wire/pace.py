"""Nobody keeps everybody else waiting: the items of a call are begun in short slices, with others in between.

An answer that is decided at a glance takes some twenty microseconds, a hundred thousand characters of rubbish
a thousand times as long, on the one thread that serves all calls. Who sends what costs many times what most
do pauses after each slice of it, as long as calls are there that do not. Those who pause do so one after the
other: together they leave nine tenths of the thread to all others. Long texts are begun one after the other,
too, so that they do not even come first all at once; most take no time. And who brings much at once lets
pass who brings little and is there already.
"""

from __future__ import annotations

import asyncio
import functools
import time
from math import inf
from typing import TYPE_CHECKING

from verifier.answers.thinking import CLOSED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SLICE_SECONDS = 0.002
"""A hundred answers or so."""
COSTLY_SECONDS = 0.0003
"""Of an item, on average: ten times what most take."""
REST = 9
"""Times as long as it took more than that, to rest."""
ROUNDS = 10
"""Of the event loop, in which a call that has come begins."""
NEAR_SECONDS = 0.05
"""Between two calls of a client that sends one after the other, it is still there."""
LONG_CHARACTERS = 20_000
"""Behind the thoughts: five thousand tokens, far more than an answer. Items of a call that have as many bytes
on average, thoughts and all, are much."""
PASSING_SECONDS, STEPS = 0.1, 10
"""How long others are let pass, at most, and how often it is looked whether they are gone."""


class Pace:
    """Shared by all calls."""

    def __init__(self) -> None:
        """Nobody is there."""
        self._resting = asyncio.Lock()
        self._latest: tuple[Slices | None, float] = (None, -inf)
        """Who goes on, and since when."""
        self._before: tuple[Slices | None, float] = (None, -inf)
        """The latest of all others."""

    def go_on(self, mine: Slices) -> None:
        """A call has come, or one slice of it is over, and cost no more than most do."""
        if mine.is_much:
            return
        if self._latest[0] is not mine:
            self._before = self._latest
        self._latest = mine, time.monotonic()

    async def rest(self, mine: Slices, spent_seconds: float, items: int) -> None:
        """Let others have their turn, and for long where a slice was costly and they are there.

        Args:
            mine: of which one slice is over.
            spent_seconds: its processor time, which a busy machine does not lengthen.
            items: begun in it.
        """
        if owed_seconds := await self._rest_owed(mine, spent_seconds, items):
            async with self._resting:
                await asyncio.sleep(owed_seconds)

    async def alone(self, mine: Slices, begin: Callable[[], None]) -> None:
        """Begin something that may take long, while nobody rests from such a thing, and rest if it did."""
        async with self._resting:
            used = time.thread_time()
            begin()
            spent = time.thread_time() - used
            if owed_seconds := await self._rest_owed(mine, spent, items=1):
                await asyncio.sleep(owed_seconds)

    async def _rest_owed(self, mine: Slices, spent_seconds: float, items: int) -> float:
        """For how long, after the turn that others have had now."""
        excess_seconds = spent_seconds - COSTLY_SECONDS * items
        if excess_seconds <= 0:
            self.go_on(mine)
            await asyncio.sleep(0)
            return 0.0
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
        return REST * excess_seconds if self.is_beside_others(mine) else 0.0

    def is_beside_others(self, mine: Slices) -> bool:
        """Whether calls are there that cost little."""
        others, seconds = self._before if self._latest[0] is mine else self._latest
        return others is not None and time.monotonic() - seconds < NEAR_SECONDS


class Slices:
    """The slices of one call."""

    def __init__(self, pace: Pace, *, is_much: bool = False) -> None:
        """The first one begins."""
        self._pace = pace
        self.is_much = is_much
        pace.go_on(self)
        self._begin()

    async def let_pass(self) -> None:
        """Before the first item of much."""
        for _ in range(STEPS):
            if not (self.is_much and self._pace.is_beside_others(self)):
                break
            await asyncio.sleep(PASSING_SECONDS / STEPS)
        self._begin()

    def begin(self, response: str, begin: Callable[..., None], *given: object) -> Awaitable[None] | None:
        """Begin an item. What is to be awaited before the next, where this slice is over: others have a turn.

        Most items are not the last of their slice, and are spared the cost of waiting for nothing. A long one
        is begun only when the result is awaited.
        """
        if len(response) > LONG_CHARACTERS and _behind_thoughts(response) > LONG_CHARACTERS:
            return self._alone(functools.partial(begin, *given))
        since = time.monotonic()
        begin(*given)
        until = time.monotonic()
        self._items_seconds += until - since
        self._items += 1
        return self._rest() if until - self._began > SLICE_SECONDS else None

    async def _alone(self, begin: Callable[[], None]) -> None:
        await self._pace.alone(self, begin)
        self._begin()

    async def _rest(self) -> None:
        # A busy machine lengthens the one; in the other is what others do between the items of a stream.
        spent_seconds = min(self._items_seconds, time.thread_time() - self._used)
        await self._pace.rest(self, spent_seconds, self._items)
        self._begin()

    def _begin(self) -> None:
        self._began, self._used = time.monotonic(), time.thread_time()
        self._items_seconds, self._items = 0.0, 0


def _behind_thoughts(response: str) -> int:
    return len(response) - max(0, response.rfind(CLOSED))
