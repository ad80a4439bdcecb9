"""Carries the items of a desk to the service over VerifyStream, on as many streams as it takes.

A stream ends when everything is answered, when the connection breaks, or when so many tasks have been defined
on it that a fresh one is kinder to the service's memory. What becomes of the items then is the desk's matter.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc

from rollout.connection import MESSAGE_BYTES, remaining_seconds
from rollout.errors import (
    ConnectionLost,
    DeadlineExceeded,
    ServiceError,
    TooLarge,
)
from rollout.retry import HOPELESS
from rollout.wire.judgement import score_of
from rollout.wire.status import error_of_status
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from rollout.connection import Connection
    from rollout.desk import Desk, Ticket

    _Call = grpc.aio.StreamStreamCall[pb.VerifyStreamRequest, pb.VerifyStreamResponse]

_MARGIN_BYTES = 1 << 16
"""Room for what an item carries beside its response."""


async def carry(
    desk: Desk, connection: Connection, number: int, deadline_seconds: float | None, definition_bytes: int
) -> None:
    """Open streams, one after the other, until every item of the desk has its score.

    Args:
        desk: the items; others may carry some of them.
        connection: to the service.
        number: what the desk calls this carrier's streams.
        deadline_seconds: on the monotonic clock; None for none.
        definition_bytes: tasks defined on one stream, after which a fresh one is begun.
    """
    failures = 0
    while await desk.work():
        flight = _Flight(desk, number, definition_bytes)
        try:
            await connection.ready(deadline_seconds)
            await flight.run(connection, deadline_seconds)
            failures = 0
        except ServiceError as error:
            failures = 1 if flight.answers else failures + 1
            desk.recall(number, error)
            await _pause(desk, connection, error, failures, deadline_seconds)


async def _pause(
    desk: Desk, connection: Connection, error: ServiceError, failures: int, deadline_seconds: float | None
) -> None:
    """Wait before the next stream, or give everything up where a next stream makes no sense."""
    if isinstance(error, HOPELESS) and not isinstance(error, ConnectionLost):
        desk.give_up(error)
        return
    try:
        await connection.rest(error, failures, deadline_seconds)
    except DeadlineExceeded as too_late:
        desk.give_up(too_late)


@dataclass(slots=True)
class _Flight:
    """One gRPC stream."""

    desk: Desk
    number: int
    definition_bytes: int
    answers: int = 0
    _sent: int = 0
    _defined: set[str] = field(default_factory=set)
    _defined_bytes: int = 0

    async def run(self, connection: Connection, deadline_seconds: float | None) -> None:
        """Send and receive until everything is answered.

        Raises:
            ServiceError: the stream ended before that.
        """
        with connection.span("VerifyStream") as metadata:
            timeout_seconds = remaining_seconds(deadline_seconds)
            await self._fly(
                connection, connection.stub.VerifyStream(timeout=timeout_seconds, metadata=metadata)
            )

    async def _fly(self, connection: Connection, call: _Call) -> None:
        sender = asyncio.create_task(self._send(call))
        # A sender that fails by a fault of ours would leave the receiver waiting for ever.
        sender.add_done_callback(lambda task: call.cancel() if _failed(task) else None)
        try:
            await self._receive(call)
        except grpc.aio.AioRpcError as failure:
            _raise_fault(sender)
            raise connection.failed(failure) from None
        finally:
            sender.cancel()
            call.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        if self.desk.anything_flying(self.number):
            raise ConnectionLost("the service ended the stream before it had answered everything")

    async def _receive(self, call: _Call) -> None:
        async for response in call:
            self.answers += 1
            if response.HasField("judgement"):
                self.desk.land(self.number, response.index, score_of(response.judgement))
            else:
                self.desk.turn_back(self.number, response.index, error_of_status(response.error))

    async def _send(self, call: _Call) -> None:
        # A stream that ended under the writer is the receiver's to report: it reads the status.
        with contextlib.suppress(asyncio.InvalidStateError, grpc.aio.AioRpcError):
            async for message in self._messages():
                await call.write(message)
            await call.done_writing()

    async def _messages(self) -> AsyncIterator[pb.VerifyStreamRequest]:
        while (ticket := await self.desk.take(self.number, self._sent)) is not None:
            if len(ticket.item.response) > MESSAGE_BYTES // 4 and _oversized(ticket):
                oversized = TooLarge(f"the response is over {MESSAGE_BYTES} bytes")
                self.desk.turn_back(self.number, self._sent, oversized)
                continue
            if not self._may_define(ticket):
                self.desk.put_back(self.number, self._sent)
                return
            for message in self._definition(ticket):
                yield message
            ticket.item.task_key = ticket.task.key
            yield pb.VerifyStreamRequest(item=ticket.item)
            self._sent += 1

    def _may_define(self, ticket: Ticket) -> bool:
        new = ticket.task.key not in self._defined
        over = self._defined_bytes + ticket.task.size_bytes > self.definition_bytes
        return not (new and over and self._defined)

    def _definition(self, ticket: Ticket) -> Iterator[pb.VerifyStreamRequest]:
        if ticket.task.key in self._defined:
            return
        self._defined.add(ticket.task.key)
        self._defined_bytes += ticket.task.size_bytes
        yield from ticket.task.definition()


def _oversized(ticket: Ticket) -> bool:
    return ticket.item.ByteSize() + _MARGIN_BYTES > MESSAGE_BYTES


def _failed(task: asyncio.Task[None]) -> bool:
    return not task.cancelled() and task.exception() is not None


def _raise_fault(sender: asyncio.Task[None]) -> None:
    """Raise what the sender died of, if it did."""
    if sender.done():
        sender.result()
