"""Bounded admission: as many jails at once as there are slots, first come first served."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import Busy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True)
class Turn:
    """A place at the machine."""

    slot: int
    """Number of the slot; its user ids belong to the holder alone."""
    queued_seconds: float


class Slots:
    """Slots `first` to `first + count - 1`, and a bounded queue before them."""

    def __init__(self, first: int, count: int, queue_limit: int) -> None:
        """All slots are free."""
        self._free = list(range(first, first + count))
        self._count = count
        self._queue_limit = queue_limit
        self._waiting: deque[tuple[int, asyncio.Future[list[int]]]] = deque()

    @contextlib.asynccontextmanager
    async def turn(self, *, alone: bool) -> AsyncIterator[Turn]:
        """Hold one slot, or all of them.

        Raises:
            Busy: the queue is full.
        """
        began = time.monotonic()
        held = await self._acquire(self._count if alone else 1)
        try:
            yield Turn(held[0], time.monotonic() - began)
        finally:
            self._release(held)

    async def _acquire(self, wanted: int) -> list[int]:
        if len(self._waiting) >= self._queue_limit:
            raise Busy(f"{len(self._waiting)} submissions wait for a slot already")
        granted: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, granted))
        self._grant()
        try:
            return await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._release(granted.result())
            self._grant()
            raise

    def _release(self, held: list[int]) -> None:
        self._free.extend(held)
        self._grant()

    def _grant(self) -> None:
        while self._waiting:
            wanted, granted = self._waiting[0]
            if granted.cancelled():
                self._waiting.popleft()
                continue
            if len(self._free) < wanted:
                return
            self._waiting.popleft()
            granted.set_result([self._free.pop() for _ in range(wanted)])
