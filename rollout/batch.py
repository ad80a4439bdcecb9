"""Judges a list of items over VerifyBatch, in calls of some dozens, a few of them under way at once.

Items that fail on the service's side are asked again in a smaller batch; a batch whose connection breaks is
taken apart, so that one item that brings connections down does not cost the others their judgement.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rollout.connection import MESSAGE_BYTES
from rollout.errors import DeadlineExceeded, ServiceError, UnexpectedStatus
from rollout.retry import after_failure, after_loss, company
from rollout.wire.judgement import score_of, unjudged
from rollout.wire.status import error_of_status
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rollout.connection import Connection
    from rollout.desk import Ticket, Window
    from rollout.model import Score
    from rollout.retry import RetryPolicy, Tries
    from rollout.wire.sharing import SharedTask

_CALLS_AT_ONCE = 2
"""While the service judges one, the next is made or an earlier one read; many small ones cost it more."""
_FIRST_ITEMS = 32
"""Of the first of several calls, so that the service begins while the others are made."""
_BATCH_BYTES = MESSAGE_BYTES // 4
"""Responses and tasks of one call; characters are counted as bytes, and can be four."""


async def judge_batch(
    tickets: Iterable[Ticket],
    count: int,
    connections: Sequence[Connection],
    window: Window,
    deadline_seconds: float | None,
) -> dict[int, Score]:
    """The score of every ticket, by its index.

    Args:
        tickets: the items; indices are distinct. Drawn while calls are under way.
        count: of them.
        connections: to the service; all of them get work.
        window: its `items` are under way at once, in several calls; of those that saw connections die, one
            small call at a time.
        deadline_seconds: on the monotonic clock; None for none.
    """
    scores: dict[int, Score] = {}
    several = connections if len(connections) > 1 else [*connections] * _CALLS_AT_ONCE
    items = max(1, window.items // len(several))

    async def judge(parts: Iterator[Sequence[Ticket]], carriers: Sequence[Connection]) -> list[Ticket]:
        return await _judge_parts(parts, carriers, deadline_seconds, scores)

    waiting = await judge(_parts(tickets, items, _FIRST_ITEMS if count > items else items), several)
    while waiting:
        suspects = [ticket for ticket in waiting if ticket.tries.losses]
        others = [ticket for ticket in waiting if not ticket.tries.losses]
        waiting = await judge(_parts(others, items, items), several)
        waiting += await judge(_parts(suspects, window.items, window.items), several[:1])
    return scores


async def _judge_parts(
    parts: Iterator[Sequence[Ticket]],
    carriers: Sequence[Connection],
    deadline_seconds: float | None,
    scores: dict[int, Score],
) -> list[Ticket]:
    """Ask for all parts, each carrier for one at a time; see `_judge_part`."""
    again: list[Ticket] = []

    async def ask(connection: Connection) -> None:
        for part in parts:  # each takes the next, until none is left
            again.extend(await _judge_part(part, connection, deadline_seconds, scores))

    asking: list[asyncio.Future[None]] = []
    try:
        for connection in carriers:
            asking.append(asyncio.ensure_future(ask(connection)))
            await asyncio.sleep(0)  # its first call is made now, and is on its way before the next is made
        await asyncio.gather(*asking)
    finally:
        for each in asking:  # a trace that is none ends all of them
            each.cancel()
    return again


async def _judge_part(
    part: Sequence[Ticket],
    connection: Connection,
    deadline_seconds: float | None,
    scores: dict[int, Score],
) -> list[Ticket]:
    """Ask once; note the scores, and return what is to be asked again, after a rest."""
    failures = await _ask(part, connection, deadline_seconds, scores)
    again = []
    for ticket in part:
        if (failure := failures.get(ticket.index)) is None:
            continue
        tries = failure.after(connection.policy, failure.error, ticket.tries, time.monotonic())
        if tries is None:
            scores[ticket.index] = unjudged(failure.error)
        else:
            again.append(replace(ticket, tries=tries))
    if not again:
        return []
    try:
        latest = again[-1]
        await connection.rest(failures[latest.index].error, latest.tries.failures, deadline_seconds)
    except DeadlineExceeded as too_late:
        scores.update({ticket.index: unjudged(too_late) for ticket in again})
        return []
    return again


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an item has no judgement yet, and the rule for asking again."""

    error: ServiceError
    after: Callable[[RetryPolicy, ServiceError, Tries, float], Tries | None]


async def _ask(
    part: Sequence[Ticket],
    connection: Connection,
    deadline_seconds: float | None,
    scores: dict[int, Score],
) -> Mapping[int, _Failure]:
    """One call: scores are noted, failures returned by index."""
    request = _request(part)
    try:
        response: pb.VerifyBatchResponse = await connection.ask_once("VerifyBatch", request, deadline_seconds)
    except ServiceError as error:
        return {ticket.index: _Failure(error, after_loss) for ticket in part}
    if len(response.results) != len(part):
        miscounted = UnexpectedStatus(f"{len(response.results)} results for {len(part)} items")
        return {ticket.index: _Failure(miscounted, after_failure) for ticket in part}
    failures = {}
    for ticket, result in zip(part, response.results, strict=True):
        if result.HasField("judgement"):
            scores[ticket.index] = score_of(result.judgement)
        else:
            failures[ticket.index] = _Failure(error_of_status(result.error), after_failure)
    return failures


def _request(part: Sequence[Ticket]) -> pb.VerifyBatchRequest:
    request = pb.VerifyBatchRequest()
    for ticket in part:
        if ticket.task.key not in request.tasks:
            request.tasks[ticket.task.key].MergeFromString(ticket.task.serialised)
        ticket.item.task_key = ticket.task.key
        request.items.add().CopyFrom(ticket.item)  # `append` would serialise it and read it again
    return request


def _parts(tickets: Iterable[Ticket], items: int, first_items: int) -> Iterator[Sequence[Ticket]]:
    """Batches: bounded in items and bytes, and small where an item saw connections die."""
    part: list[Ticket] = []
    most = min(first_items, items)
    tasks: set[SharedTask] = set()
    size_bytes = 0
    for ticket in tickets:
        size_bytes += ticket.size_bytes + (0 if ticket.task in tasks else ticket.task.size_bytes)
        losses = max((other.tries.losses for other in [*part[:1], ticket]), default=0)
        if part and (size_bytes > _BATCH_BYTES or len(part) >= company(most, losses)):
            yield part
            most = items
            part, tasks, size_bytes = [], set(), ticket.size_bytes + ticket.task.size_bytes
        part.append(ticket)
        tasks.add(ticket.task)
    if part:
        yield part
