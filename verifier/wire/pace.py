"""Nobody keeps everybody else waiting: the items of a call are begun in short slices, with others in between.

An answer that is decided at a glance takes some thirty microseconds, a hundred thousand characters of rubbish
a thousand times as long, on the one thread that serves all calls. Who sends such pauses after each, and those
who pause do so one after the other: together they leave four fifths of the thread to all others. Long texts
are begun one after the other, too, so that they do not even come first all at once; most take no time.
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
REST = 4
"""Times as long as it took, to rest."""
LONG_CHARACTERS = 20_000
"""Behind the thoughts: five thousand tokens, far more than an answer."""


class Pace:
    """Shared by all calls."""

    def __init__(self) -> None:
        """Nobody rests."""
        self._resting = asyncio.Lock()

    async def rest(self, spent_seconds: float) -> None:
        """Let others have their turn, for long where a slice was long.

        Args:
            spent_seconds: processor time of the slice, which a busy machine does not lengthen.
        """
        if spent_seconds < LONG_SECONDS:
            await asyncio.sleep(0)
            return
        async with self._resting:
            await asyncio.sleep(REST * spent_seconds)

    async def alone(self, begin: Callable[[], None]) -> None:
        """Begin something that may take long, while nobody rests from such a thing, and rest if it did."""
        async with self._resting:
            used = time.thread_time()
            begin()
            spent = time.thread_time() - used
            if spent >= LONG_SECONDS:
                await asyncio.sleep(REST * spent)


class Slices:
    """The slices of one call."""

    def __init__(self, pace: Pace) -> None:
        """The first one begins."""
        self._pace = pace
        self._begin()

    async def begin(self, response: str, begin: Callable[[], None]) -> None:
        """Begin an item, and let others have their turn where this slice is over."""
        if len(response) > LONG_CHARACTERS and _behind_thoughts(response) > LONG_CHARACTERS:
            await self._pace.alone(begin)
            self._begin()
            return
        begin()
        if time.monotonic() - self._began > SLICE_SECONDS:
            await self._pace.rest(time.thread_time() - self._used)
            self._begin()

    def _begin(self) -> None:
        self._began, self._used = time.monotonic(), time.thread_time()


def _behind_thoughts(response: str) -> int:
    return len(response) - max(0, response.rfind(CLOSED))
