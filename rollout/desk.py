"""Where the items of a stream are kept: what waits, what is under way, what rests before another try, and the
answers nobody has fetched yet. Every item that comes in leaves with exactly one score.

Knows no gRPC: `rollout.stream` carries items to the service and reports back what became of them.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from rollout.model import Answer
from rollout.retry import Tries, after_failure, after_loss, company, delay_seconds
from rollout.wire.judgement import unjudged
from rollout.wire.sharing import OVERHEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from rollout.errors import ServiceError
    from rollout.model import Score
    from rollout.retry import RetryPolicy
    from rollout.wire.sharing import SharedTask
    from verifier.v1 import verifier_pb2 as pb


@dataclass(frozen=True, slots=True)
class Ticket:
    """One item on its way to a score."""

    index: int
    """Its position in what the caller sent."""
    item: pb.Item
    task: SharedTask
    tries: Tries = Tries()  # noqa: RUF009 - frozen

    @property
    def size_bytes(self) -> int:
        """What it occupies here, without its task."""
        return len(self.item.response) + OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class Window:
    """How much may be outstanding at once."""

    items: int = 256
    """On each stream: enough to keep a many-core service busy, and to hide the round trip."""
    bytes: int = 64 << 20
    """Responses and distinct tasks together, on all streams. 64K tokens are a quarter of a megabyte; one item
    always fits."""


_Entry: TypeAlias = tuple[int, int, Ticket]
"""Of the heap of waiting items: lost connections, negated; index; item."""

_LARGE_TASK_BYTES = 64 << 10
"""Smaller tasks may be defined on every stream: that costs less than keeping their items together."""


class Desk:
    """The items of one run, from the caller's hands back into them.

    They fly on one stream or several; each goes with the stream that has the fewest under way of those that
    could take it now: a slow server gets less, and one that does not read gets nothing more. Items of a
    large task keep to one stream, where it is defined already.
    """

    def __init__(self, policy: RetryPolicy, window: Window, streams: int = 1) -> None:
        """Start empty."""
        self._policy = policy
        self._window = window
        self._most_items = window.items * streams
        self._waiting: list[_Entry] = []
        self._flying: dict[int, dict[int, Ticket]] = defaultdict(dict)
        """By stream, and by position on it."""
        self._taking: set[int] = set()
        """Streams that could take an item now."""
        self._homes: dict[str, int] = {}
        """Where large tasks are defined, by key: they are not to be held for it."""
        self._resting: dict[int, Ticket] = {}
        self._answers: deque[Answer] = deque()
        self._held_bytes = 0
        self._held_tasks: Counter[SharedTask] = Counter()
        self._suspects = 0
        self._more_to_come = True
        self._failure: BaseException | None = None
        self._change = asyncio.Event()

    # The caller's side

    async def admit(self, ticket: Ticket) -> None:
        """Take an item in, once there is room for it."""
        await self._until(lambda: self._has_room(ticket))
        self._held_bytes += self._cost_bytes(ticket)
        self._held_tasks[ticket.task] += 1
        self._wait(ticket)

    def close_intake(self) -> None:
        """No more items will come."""
        self._more_to_come = False
        self._changed()

    def break_off(self, failure: BaseException) -> None:
        """Something on our side went wrong: whoever fetches answers is told."""
        self._failure = failure
        self._changed()

    async def next_answer(self) -> Answer | None:
        """The next answer; None when every item has had its own.

        Raises:
            BaseException: what `break_off` was given.
        """
        await self._until(lambda: bool(self._answers or self._failure or self.done))
        if self._answers:
            answer = self._answers.popleft()
            self._changed()
            return answer
        if self._failure is not None:
            raise self._failure
        return None

    @property
    def done(self) -> bool:
        """Whether every item that came or may come has its score."""
        return not (self._more_to_come or self._waiting or any(self._flying.values()) or self._resting)

    # The carrier's side

    async def work(self) -> bool:
        """Wait until an item waits to be carried; False when none ever will again."""
        await self._until(lambda: bool(self._waiting) or self.done)
        return bool(self._waiting)

    @property
    def may_fly(self) -> bool:
        """Whether the item at the front may join those under way: one that saw a connection die, and may be
        the cause, flies in small company."""
        if not self._waiting or not self._suspects:
            return bool(self._waiting)
        losses = [ticket.tries.losses for flying in self._flying.values() for ticket in flying.values()]
        return len(losses) < company(self._window.items, max([-self._waiting[0][0], *losses]))

    async def take(self, stream: int, position: int) -> Ticket | None:
        """The next item that may fly on this stream, noted under its position there; None: none will."""
        self._taking.add(stream)
        self._changed()  # others may have waited for this one
        try:
            await self._until(lambda: self.done or self._next(stream) is not None)
            entry = self._next(stream)
        finally:
            self._taking.discard(stream)
        if entry is None:
            return None
        self._remove(entry)
        ticket = entry[-1]
        if ticket.task.size_bytes >= _LARGE_TASK_BYTES:
            self._homes.setdefault(ticket.task.key, stream)
        self._flying[stream][position] = ticket
        self._changed()
        return ticket

    def put_back(self, stream: int, position: int) -> None:
        """The item taken last did not fly after all."""
        self._wait(self._flying[stream].pop(position))

    def anything_flying(self, stream: int) -> bool:
        """Whether answers are owed on this stream."""
        return bool(self._flying[stream])

    def land(self, stream: int, position: int, score: Score) -> None:
        """An item came back with its score. Answers to nobody are dropped: each item still gets one."""
        ticket = self._flying[stream].pop(position, None)
        if ticket is not None:
            self._settle(ticket, score)

    def turn_back(self, stream: int, position: int, error: ServiceError) -> None:
        """An item came back with a status: it rests and flies again where that is safe, else is settled."""
        ticket = self._flying[stream].pop(position, None)
        if ticket is None:
            return
        tries = after_failure(self._policy, error, ticket.tries, time.monotonic())
        if tries is None:
            self._settle(ticket, unjudged(error))
            return
        self._resting[ticket.index] = self._tried(ticket, tries)
        delay = delay_seconds(self._policy, error, tries.failures, random.random())  # noqa: S311  # jitter
        asyncio.get_running_loop().call_later(delay, self._rested, ticket.index)

    def recall(self, stream: int, error: ServiceError) -> None:
        """A stream ended under the items that flew on it: each waits for another one, or is given up."""
        self._homes = {key: home for key, home in self._homes.items() if home != stream}
        for ticket in self._flying.pop(stream, {}).values():
            tries = after_loss(self._policy, error, ticket.tries, time.monotonic())
            if tries is None:
                self._settle(ticket, unjudged(error))
            else:
                self._wait(self._tried(ticket, tries))

    def under_way(self) -> dict[int, Ticket]:
        """The items that the service has now, by their index."""
        return {ticket.index: ticket for flying in self._flying.values() for ticket in flying.values()}

    def answer(self, index: int, score: Score) -> None:
        """An item that is under way got its score elsewhere; what its stream says about it is dropped."""
        for flying in self._flying.values():
            for position, ticket in flying.items():
                if ticket.index == index:
                    del flying[position]
                    self._settle(ticket, score)
                    return

    def give_up(self, error: ServiceError) -> None:
        """Nothing can be carried: every item that is here is settled as unjudged."""
        tickets = self._unanswered()
        self._waiting, self._resting = [], {}
        self._flying.clear()
        for ticket in tickets:
            self._settle(ticket, unjudged(error))

    # Inside

    def _next(self, stream: int) -> _Entry | None:
        """The item that this stream may take now."""
        if not self.may_fly or len(self._flying[stream]) >= self._window.items:
            return None
        front = self._waiting[0]
        home = self._homes.get(front[-1].task.key)
        if home is None:
            return front if self._is_shortest(stream) else None
        if home == stream or front[-1].tries.losses:  # who saw connections die goes first, and anywhere
            return front
        return min((entry for entry in self._waiting if self._is_at_home(entry, stream)), default=None)

    def _is_at_home(self, entry: _Entry, stream: int) -> bool:
        home = self._homes.get(entry[-1].task.key)
        return home == stream or (home is None and self._is_shortest(stream))

    def _is_shortest(self, stream: int) -> bool:
        """Whether none of the streams that could take an item has fewer under way."""
        return len(self._flying[stream]) == min(len(self._flying[each]) for each in self._taking)

    def _remove(self, entry: _Entry) -> None:
        if entry is self._waiting[0]:
            heapq.heappop(self._waiting)
        else:
            self._waiting.remove(entry)
            heapq.heapify(self._waiting)

    def _unanswered(self) -> list[Ticket]:
        waiting = [ticket for _, _, ticket in self._waiting]
        flying = [ticket for stream in self._flying.values() for ticket in stream.values()]
        return [*waiting, *flying, *self._resting.values()]

    def _has_room(self, ticket: Ticket) -> bool:
        flying = sum(map(len, self._flying.values()))
        count = len(self._waiting) + flying + len(self._resting) + len(self._answers)
        fits = self._held_bytes + self._cost_bytes(ticket) <= self._window.bytes
        return count == 0 or (count < self._most_items and fits)

    def _cost_bytes(self, ticket: Ticket) -> int:
        """What this item adds to what is held: its task only where no other item holds it."""
        shared = ticket.task in self._held_tasks
        return ticket.size_bytes + (0 if shared else ticket.task.size_bytes)

    def _wait(self, ticket: Ticket) -> None:
        # Those that saw most lost connections first, so that the rest is not held up for long; then in order.
        heapq.heappush(self._waiting, (-ticket.tries.losses, ticket.index, ticket))
        self._changed()

    def _rested(self, index: int) -> None:
        ticket = self._resting.pop(index, None)
        if ticket is not None:
            self._wait(ticket)

    def _tried(self, ticket: Ticket, tries: Tries) -> Ticket:
        self._suspects += (tries.losses > 0) - (ticket.tries.losses > 0)
        return replace(ticket, tries=tries)

    def _settle(self, ticket: Ticket, score: Score) -> None:
        self._suspects -= ticket.tries.losses > 0
        self._held_tasks[ticket.task] -= 1
        if not self._held_tasks[ticket.task]:
            del self._held_tasks[ticket.task]
        self._held_bytes -= self._cost_bytes(ticket)
        self._answers.append(Answer(ticket.index, score))
        self._changed()

    def _changed(self) -> None:
        # A fresh event for each change: waiters look again, and nobody has to remember to clear it.
        change, self._change = self._change, asyncio.Event()
        change.set()

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._change.wait()
