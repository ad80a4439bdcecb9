"""Whose pairs are compared next, and how many workers they may have. Pure: knows no jail and no clock.

Clients take turns, and among the pairs of a client the calls that they came with. A call that is new has one
worker for a brief try of one pair. Calls whose tries are often long leave, together, a worker to all others;
one whose tries mostly are is doubted, and has one worker at a time, for one pair at a time. Pairs of any call
but a trusted one have a quick try first; what takes longer is tried again, patiently, when nobody waits for a
quick one. So a flood of answers that are too hard delays nobody but its like.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

DOUBT = 3 / 5
"""Share of tries that were too long, above which a call is doubted; of honest pairs, one in fifty is."""
CAUTION = 1 / 3
"""Above it, calls leave a worker to others: a flood that has easy answers among its hard ones does, too."""
TRUST = 1 / 8
"""Below it, the pairs of a call have all their time at once, since few will need much of it."""
DOUBT_OF_A_STRANGER = 2 / 3
"""One quick answer clears a new call."""
WEIGHT = 1 / 4
"""Of the latest try in that share."""


class Try(Enum):
    """How long a pair may take."""

    BRIEF = "brief"
    """Of a call that nobody knows yet: long enough for most."""
    QUICK = "quick"
    PATIENT = "patient"
    """All the time that a pair may have."""


@dataclass(slots=True)
class Line(Generic[T]):
    """The pairs of one call that wait, and what its tries were like."""

    first: deque[T] = field(default_factory=deque)
    """Wait for a brief or quick try."""
    again: deque[T] = field(default_factory=deque)
    """Took longer than that."""
    long_share: float = DOUBT_OF_A_STRANGER
    tries: int = 0
    too_long: int = 0
    """Of its tries."""
    running: int = 0

    @property
    def is_doubted(self) -> bool:
        """Whether its tries are often too long, or nothing is known."""
        return self.long_share > DOUBT

    @property
    def leaves_room(self) -> bool:
        """Whether its tries are too long too often to have the last worker."""
        return self.too_long > 0 and self.long_share > CAUTION

    @property
    def is_trusted(self) -> bool:
        """Whether its tries are hardly ever too long."""
        return self.long_share < TRUST

    def learn(self, *, long: bool) -> None:
        """A try has ended."""
        self.tries += 1
        self.too_long += long
        self.long_share += WEIGHT * (long - self.long_share)


@dataclass(frozen=True, slots=True)
class Group(Generic[T]):
    """What one worker is to do."""

    line: Line[T]
    members: list[T]
    time: Try
    """How much each has."""
    leaves_room: bool
    """Whether it counts among those that leave a worker to others."""


class Lines(Generic[T]):
    """All who wait."""

    def __init__(self, workers: int, most: int, wanted: Callable[[T], bool]) -> None:
        """Give work to `workers`, at most `most` pairs at once, as far as they are still `wanted`."""
        self._workers = workers
        self._most = most
        self._wanted = wanted
        self._clients: dict[str, dict[str, Line[T]]] = {}
        self._running = 0
        self._cautious = 0

    def push(self, client: str, call: str, waiting: T) -> None:
        """Join."""
        self._clients.setdefault(client, {}).setdefault(call, Line()).first.append(waiting)

    def next(self) -> Group[T] | None:
        """Work for a free worker; None where all are busy, or nobody may have one now."""
        if self._running >= self._workers:
            return None
        for again in (False, True):
            for client, call, line in self._in_turn():
                group = self._group(line, again=again)
                if group is not None:
                    self._to_the_end(client, call)
                    return group
        return None

    def end(self, group: Group[T]) -> None:
        """A worker is free again."""
        self._running -= 1
        self._cautious -= group.leaves_room
        group.line.running -= 1

    def _in_turn(self) -> Iterator[tuple[str, str, Line[T]]]:
        for client, calls in list(self._clients.items()):
            for call, line in list(calls.items()):
                if line.first or line.again or line.running:
                    yield client, call, line
                else:
                    del calls[call]
            if not calls:
                del self._clients[client]

    def _to_the_end(self, client: str, call: str) -> None:
        calls = self._clients.pop(client)
        calls[call] = calls.pop(call)
        self._clients[client] = calls

    def _group(self, line: Line[T], *, again: bool) -> Group[T] | None:
        if line.is_doubted and line.running:
            return None
        if line.leaves_room and self._cautious >= max(1, self._workers - 1):
            return None
        members = self._members(line, again=again)
        if not members:
            return None
        self._running += 1
        self._cautious += line.leaves_room
        line.running += 1
        brief = Try.QUICK if line.tries else Try.BRIEF
        return Group(line, members, Try.PATIENT if again or line.is_trusted else brief, line.leaves_room)

    def _members(self, line: Line[T], *, again: bool) -> list[T]:
        """The next of a line, without what nobody waits for any more."""
        waiting = line.again if again else line.first
        one_by_one = again or line.is_doubted
        share = 1 if one_by_one else min(self._most, -(-len(waiting) // self._workers))
        members: list[T] = []
        while waiting and len(members) < share:
            member = waiting.popleft()
            if self._wanted(member):
                members.append(member)
        return members
