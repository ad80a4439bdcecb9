"""Nobody keeps everybody else waiting: the items of a call are begun in short slices, with others in between.

An answer that is decided at a glance takes some twenty microseconds, a hundred thousand characters of rubbish
a thousand times as long, on the one thread that serves all calls. Who sends such pauses after each, and so
does, where others are there, whose items take many times what most do. Those who pause do so one after the
other: together they leave four fifths of the thread to all others. Long texts are begun one after the other,
too, so that they do not even come first all at once; most take no time.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from verifier.answers.thinking import CLOSED

if TYPE_CHECKING:
    from collections.abc import Callable

SLICE_SECONDS = 0.004
"""A hundred answers or so."""
LONG_SECONDS = 0.01
"""A slice that took so long held something unusual."""
COSTLY_SECONDS = 0.0003
"""Of an item, on average: ten times what most take."""
REST = 4
"""Times as long as it took, to rest."""
ROUNDS = 10
"""Of the event loop, in which a call that has come begins."""
LONG_CHARACTERS = 20_000
"""Behind the thoughts: five thousand tokens, far more than an answer."""


class Pace:
    """Shared by all calls."""

    def __init__(self) -> None:
        """Nobody rests."""
        self._resting = asyncio.Lock()
        self.latest: Slices | None = None
        """Whose slice began last."""

    async def rest(self, mine: Slices, spent_seconds: float, items: int) -> None:
        """Let others have their turn, for long where a slice was long, or costly beside those of others.

        Args:
            mine: of which one slice is over.
            spent_seconds: its processor time, which a busy machine does not lengthen.
            items: begun in it.
        """
        if await self._owes_rest(mine, spent_seconds, items):
            async with self._resting:
                await asyncio.sleep(REST * spent_seconds)

    async def alone(self, mine: Slices, begin: Callable[[], None]) -> None:
        """Begin something that may take long, while nobody rests from such a thing, and rest if it did."""
        async with self._resting:
            self.latest = mine
            used = time.thread_time()
            begin()
            spent = time.thread_time() - used
            if await self._owes_rest(mine, spent, items=1):
                await asyncio.sleep(REST * spent)

    async def _owes_rest(self, mine: Slices, spent_seconds: float, items: int) -> bool:
        """Whether that takes more than the turn which others have had now."""
        if spent_seconds >= LONG_SECONDS:
            return True
        if spent_seconds < COSTLY_SECONDS * items:
            await asyncio.sleep(0)
            return False
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
        return self.latest is not mine


class Slices:
    """The slices of one call."""

    def __init__(self, pace: Pace) -> None:
        """The first one begins."""
        self._pace = pace
        self._begin()

    async def begin(self, response: str, begin: Callable[[], None]) -> None:
        """Begin an item, and let others have their turn where this slice is over."""
        if len(response) > LONG_CHARACTERS and _behind_thoughts(response) > LONG_CHARACTERS:
            await self._pace.alone(self, begin)
            self._begin()
            return
        begin()
        self._items += 1
        if time.monotonic() - self._began > SLICE_SECONDS:
            await self._pace.rest(self, time.thread_time() - self._used, self._items)
            self._begin()

    def _begin(self) -> None:
        self._pace.latest = self
        self._began, self._used, self._items = time.monotonic(), time.thread_time(), 0


def _behind_thoughts(response: str) -> int:
    return len(response) - max(0, response.rfind(CLOSED))
