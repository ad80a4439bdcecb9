"""Where the items of a stream are kept: what waits, what is under way, what rests before another try, and the
answers nobody has fetched yet. Every item that comes in leaves with exactly one score.

Knows no gRPC: `rollout.stream` carries items to the service and reports back what became of them.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

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
    tries: Tries = field(default_factory=Tries)

    @property
    def size_bytes(self) -> int:
        """What it occupies here, without its task."""
        return len(self.item.response) + OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class Window:
    """How much may be outstanding at once."""

    items: int = 256
    """Enough to keep a many-core service busy, and to hide the round trip."""
    bytes: int = 64 << 20
    """Responses and distinct tasks together. 64K tokens are a quarter of a megabyte; one item always fits."""


class Desk:
    """The items of one stream, from the caller's hands back into them."""

    def __init__(self, policy: RetryPolicy, window: Window) -> None:
        """Start empty."""
        self._policy = policy
        self._window = window
        self._waiting: list[tuple[int, int, Ticket]] = []
        self._flying: dict[int, Ticket] = {}
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
        return not (self._more_to_come or self._waiting or self._flying or self._resting)

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
        losses = [ticket.tries.losses for ticket in self._flying.values()]
        return len(losses) < company(self._window.items, max([-self._waiting[0][0], *losses]))

    async def take(self, position: int) -> Ticket | None:
        """The next item that may fly, noted as flying under its position on the stream; None: none will."""
        await self._until(lambda: self.may_fly or self.done)
        if not self._waiting:
            return None
        _, _, ticket = heapq.heappop(self._waiting)
        self._flying[position] = ticket
        return ticket

    def put_back(self, position: int) -> None:
        """The item taken last did not fly after all."""
        self._wait(self._flying.pop(position))

    @property
    def anything_flying(self) -> bool:
        """Whether answers are owed."""
        return bool(self._flying)

    def land(self, position: int, score: Score) -> None:
        """An item came back with its score. Answers to nobody are dropped: each item still gets one."""
        ticket = self._flying.pop(position, None)
        if ticket is not None:
            self._settle(ticket, score)

    def turn_back(self, position: int, error: ServiceError) -> None:
        """An item came back with a status: it rests and flies again where that is safe, else is settled."""
        ticket = self._flying.pop(position, None)
        if ticket is None:
            return
        tries = after_failure(self._policy, error, ticket.tries, time.monotonic())
        if tries is None:
            self._settle(ticket, unjudged(error))
            return
        self._resting[ticket.index] = self._tried(ticket, tries)
        delay = delay_seconds(self._policy, error, tries.failures, random.random())  # noqa: S311  # jitter
        asyncio.get_running_loop().call_later(delay, self._rested, ticket.index)

    def recall(self, error: ServiceError) -> None:
        """The stream ended under the items that flew: each waits for another one, or is given up."""
        flying, self._flying = self._flying, {}
        for ticket in flying.values():
            tries = after_loss(self._policy, error, ticket.tries, time.monotonic())
            if tries is None:
                self._settle(ticket, unjudged(error))
            else:
                self._wait(self._tried(ticket, tries))

    def give_up(self, error: ServiceError) -> None:
        """Nothing can be carried: every item that is here is settled as unjudged."""
        tickets = self._unanswered()
        self._waiting, self._flying, self._resting = [], {}, {}
        for ticket in tickets:
            self._settle(ticket, unjudged(error))

    # Inside

    def _unanswered(self) -> list[Ticket]:
        waiting = [ticket for _, _, ticket in self._waiting]
        return [*waiting, *self._flying.values(), *self._resting.values()]

    def _has_room(self, ticket: Ticket) -> bool:
        count = len(self._waiting) + len(self._flying) + len(self._resting) + len(self._answers)
        fits = self._held_bytes + self._cost_bytes(ticket) <= self._window.bytes
        return count == 0 or (count < self._window.items and fits)

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
