"""Turns at the machine: so many items at once, and nobody's crowd in front of the others.

Whoever waits is served by client, then by group (the answers to one task), then in order. So a client with
ten thousand slow programs delays another one by a turn, not by ten thousand. Knows no verifier and no wire.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from math import ceil, inf
from typing import TYPE_CHECKING, Generic, TypeVar

from verifier.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")

_MEMORY = 0.05
"""Weight of the latest turn in the average of how long they last: some twenty turns are remembered."""
_LEAST_RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose items they are, and how long they may wait."""

    client: str = ""
    """A token's name, or an address without its port: a client may open many connections."""
    patience_seconds: float = inf
    """Over it, the item is refused. Streams wait for ever: they are slowed down instead."""


class Rotation(Generic[T]):
    """A queue whose keys take turns: first in, first out for each key, round robin over the keys."""

    def __init__(self) -> None:
        """Empty."""
        self._lines: dict[Hashable, deque[T]] = {}

    def __len__(self) -> int:
        """How many keys wait."""
        return len(self._lines)

    def line(self, key: Hashable) -> deque[T]:
        """The line of a key; a new one joins at the end of the round."""
        return self._lines.setdefault(key, deque())

    def next(self) -> tuple[Hashable, deque[T]]:
        """The line whose turn it is; it goes to the end of the round."""
        key = next(iter(self._lines))
        line = self._lines.pop(key)
        self._lines[key] = line
        return key, line

    def drop(self, key: Hashable) -> None:
        """This line is empty."""
        del self._lines[key]


class FairQueue(Generic[T]):
    """Round robin over clients, and for each over its groups."""

    def __init__(self) -> None:
        """Empty."""
        self._clients: dict[Hashable, Rotation[T]] = {}
        self._count = 0

    def __len__(self) -> int:
        """How many wait."""
        return self._count

    def push(self, client: Hashable, group: Hashable, waiting: T) -> None:
        """Join."""
        self._clients.setdefault(client, Rotation()).line(group).append(waiting)
        self._count += 1

    def pop(self) -> T:
        """Who is next."""
        client = next(iter(self._clients))
        groups = self._clients.pop(client)
        group, line = groups.next()
        waiting = line.popleft()
        if not line:
            groups.drop(group)
        if groups:
            self._clients[client] = groups
        self._count -= 1
        return waiting


@dataclass(frozen=True, slots=True)
class _Waiting:
    granted: asyncio.Future[None]
    since_seconds: float
    patience_seconds: float


class Turns:
    """So many at once."""

    def __init__(self, at_once: int) -> None:
        """All turns are free."""
        self._at_once = at_once
        self._taken = 0
        self._waiting: FairQueue[_Waiting] = FairQueue()
        self._gone = 0
        """Of those in the queue, who does not wait any more."""
        self._turns = 0
        self._turn_seconds = 0.0

    @property
    def taken(self) -> int:
        """How many have a turn now."""
        return self._taken

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._waiting) - self._gone

    @property
    def wait_seconds(self) -> float:
        """How long a newcomer waits, by how long turns have lasted of late."""
        return ceil(self.waiting / self._at_once) * self._turn_seconds

    def turn(self, caller: Caller, group: Hashable) -> Turn:
        """A turn, to be held with `async with`: gives the seconds it took to get it.

        Entering it raises:
            Overloaded: it would take, or has taken, longer than the caller waits.
        """
        return Turn(self, caller, group)

    async def take(self, caller: Caller, group: Hashable) -> None:
        """Begin a turn, once there is one. See `turn`."""
        if self._taken >= self._at_once:
            await self._wait(caller, group)
        self._taken += 1

    def give_back(self, lasted_seconds: float) -> None:
        """End a turn."""
        self._taken -= 1
        self._turns += 1
        self._turn_seconds += max(_MEMORY, 1 / self._turns) * (lasted_seconds - self._turn_seconds)
        if self._waiting:
            self._grant()

    async def _wait(self, caller: Caller, group: Hashable) -> None:
        line_seconds = self._line_seconds(caller.patience_seconds)
        if self.wait_seconds > line_seconds:
            raise self._overloaded()
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(granted, time.monotonic(), caller.patience_seconds)
        self._waiting.push(caller.client, group, waiting)
        patience = None if line_seconds == inf else line_seconds
        try:
            await asyncio.wait_for(granted, patience)
        except (TimeoutError, asyncio.CancelledError) as gone:
            if granted.cancelled():
                self._gone += 1
            elif granted.exception() is None:  # it was granted in the same moment
                self._taken -= 1
                self._grant()
            if isinstance(gone, TimeoutError):
                raise self._overloaded() from None
            raise
        self._taken -= 1  # kept for us since it was granted

    def _line_seconds(self, patience_seconds: float) -> float:
        """How long somebody may wait here. In its turn it may have to wait for a jail, which is waiting, too:
        for that the time of a turn is kept, but never more than half of the patience."""
        return max(patience_seconds / 2, patience_seconds - self._turn_seconds)

    def _grant(self) -> None:
        while self._taken < self._at_once and len(self._waiting):
            waiting = self._waiting.pop()
            granted = waiting.granted
            if granted.cancelled():
                self._gone -= 1
                continue
            waited_seconds = time.monotonic() - waiting.since_seconds
            if waited_seconds > self._line_seconds(waiting.patience_seconds):
                granted.set_exception(self._overloaded())
                continue
            self._taken += 1  # until its holder wakes up, nobody else may have it
            granted.set_result(None)

    def _overloaded(self) -> Overloaded:
        retry = max(_LEAST_RETRY_SECONDS, self.wait_seconds)
        return Overloaded(f"{self.waiting} items wait already, about {self.wait_seconds:.0f} s", retry)


class Turn:
    """One turn. No generator makes it: that would cost more than most answers do."""

    __slots__ = ("_began", "_caller", "_group", "_turns")

    def __init__(self, turns: Turns, caller: Caller, group: Hashable) -> None:
        """Not begun yet."""
        self._turns = turns
        self._caller = caller
        self._group = group
        self._began = 0.0

    async def __aenter__(self) -> float:
        """Wait for it; the seconds that took."""
        came = time.monotonic()
        await self._turns.take(self._caller, self._group)
        self._began = time.monotonic()
        return self._began - came

    async def __aexit__(self, *_: object) -> None:
        """Give it back."""
        self._turns.give_back(time.monotonic() - self._began)
