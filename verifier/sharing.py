"""Equal questions that are asked at the same time are judged once.

Models often write the same program many times for one task. Equal is equal to the letter: task, response and
options. Nothing outlives the moment: a verdict is remembered for a second at most, and only where finding it
took long enough to be worth it.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

T = TypeVar("T")

LINGER_SECONDS = 1.0
WORTH_KEEPING_SECONDS = 0.01
"""Of judging. A timer for each of 20,000 answers a second would cost more than it saves."""


class _Shared(Generic[T]):
    """One piece of work, and how many wait for it."""

    def __init__(self, work: asyncio.Task[T]) -> None:
        self.work = work
        self.waiting = 0


class Sharing(Generic[T]):
    """Work in progress, by what it is about."""

    def __init__(self) -> None:
        """Nothing in progress."""
        self._shared: dict[Hashable, _Shared[T]] = {}

    async def once(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of the work under this key, which is begun unless it is in progress.

        It is cancelled when nobody waits for it any more.
        """
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = _Shared(asyncio.create_task(self._run(key, work)))
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.work)
        finally:
            shared.waiting -= 1
            if not shared.waiting and not shared.work.done():
                self._forget(key, shared)
                shared.work.cancel()
                await asyncio.wait((shared.work,))  # who cancels may count on the jail being gone

    async def _run(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        began = time.monotonic()
        mine = self._shared[key]
        try:
            result = await work()
        except BaseException:
            self._forget(key, mine)
            raise
        if time.monotonic() - began < WORTH_KEEPING_SECONDS:
            self._forget(key, mine)
        else:
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self._forget, key, mine)
        return result

    def _forget(self, key: Hashable, shared: _Shared[T]) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]
