"""Nobody keeps everybody else waiting: the items of a call are begun in short slices, with others in between.

An answer that is decided at a glance takes some thirty microseconds, a hundred thousand characters of rubbish
a thousand times as long, on the one thread that serves all calls. Who sends such pauses after each, and those
who pause do so one after the other: together they leave four fifths of the thread to all others.
"""

from __future__ import annotations

import asyncio
import time

SLICE_SECONDS = 0.004
"""A hundred answers or so."""
LONG_SECONDS = 0.01
"""A slice that took so long held something unusual."""
REST = 4
"""Times as long as it took, to rest."""


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


class Slices:
    """The slices of one call."""

    def __init__(self, pace: Pace) -> None:
        """The first one begins."""
        self._pace = pace
        self._begin()

    async def next(self) -> None:
        """Go on after an item: at once, or in a new slice where this one is over."""
        if time.monotonic() - self._began > SLICE_SECONDS:
            await self._pace.rest(time.thread_time() - self._used)
            self._begin()

    def _begin(self) -> None:
        self._began, self._used = time.monotonic(), time.thread_time()
