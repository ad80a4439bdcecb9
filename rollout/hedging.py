"""Asking again about what takes long, before it has failed: the first answer wins, the other is cancelled.

Safe because calls of the service are pure, and harmless under load: a copy is sent once, by itself, and a
full service refuses it, which costs nothing. On request only: an item that brings servers down is carried to
two of them at once.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

from rollout.errors import ServiceError
from rollout.wire.judgement import score_of
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any

    from rollout.connection import Connection
    from rollout.desk import Desk, Ticket

T = TypeVar("T")

COPIES_AT_ONCE = 8
"""Of one stream: stragglers are few, and where everything is slow, copies would make it slower."""
_LARGEST_COPY_BYTES = 1 << 20
"""A copy carries its task along, which the stream has defined already."""
_LOOKS = 4
"""At what is under way, in the time after which an item is a straggler."""


async def first_answer(
    asked: Coroutine[Any, Any, T], again: Callable[[], Coroutine[Any, Any, T]], after_seconds: float
) -> T:
    """What was asked, or what was asked again after so long: the first to be answered.

    Raises:
        ServiceError: of the first, where neither was answered.
    """
    first = asyncio.create_task(asked)
    both = {first}
    try:
        _, pending = await asyncio.wait(both, timeout=after_seconds)
        if pending:
            both = pending = {first, asyncio.create_task(again())}
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                if each.exception() is None:
                    return each.result()
        return first.result()  # raises
    finally:
        for each in both:
            each.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def ask_about_stragglers(
    desk: Desk, connections: Iterator[Connection], after_seconds: float, deadline_seconds: float | None
) -> None:
    """Ask again, each by itself, about items of a stream that have been under way for so long."""
    since: dict[int, float] = {}
    copies: dict[int, asyncio.Task[None]] = {}
    try:
        while not desk.done:
            await asyncio.sleep(after_seconds / _LOOKS)
            now = time.monotonic()
            under_way = desk.under_way()
            since = {index: since.get(index, now) for index in under_way}
            for index in [index for index in copies if index not in under_way]:
                copies.pop(index).cancel()
            late = [
                index for index in under_way if now - since[index] >= after_seconds and index not in copies
            ]
            running = sum(not copy.done() for copy in copies.values())
            for index in late[: COPIES_AT_ONCE - running]:
                copy = _ask(desk, under_way[index], next(connections), deadline_seconds)
                copies[index] = asyncio.ensure_future(copy)
    finally:
        for each in copies.values():
            each.cancel()
        await asyncio.gather(*copies.values(), return_exceptions=True)


async def _ask(desk: Desk, ticket: Ticket, connection: Connection, deadline_seconds: float | None) -> None:
    if ticket.size_bytes + ticket.task.size_bytes > _LARGEST_COPY_BYTES:
        return
    item = pb.Item()
    item.CopyFrom(ticket.item)
    item.task.MergeFromString(ticket.task.serialised)
    try:
        response = await connection.ask_once("Verify", pb.VerifyRequest(item=item), deadline_seconds)
    except ServiceError:
        return  # the item itself is still under way
    desk.answer(ticket.index, score_of(response.judgement))
