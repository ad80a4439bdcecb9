"""A stream of definitions and items: read as fast as it is judged, answered as items finish.

Flow control is not reading: an item is taken only when the window has room, and leaves the window when its
answer has been handed to the transport. So neither a flood of items nor a caller that does not read its
answers makes the service hold more than a window of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from google.rpc import status_pb2

from verifier.admission import stopping
from verifier.errors import InvalidTask, VerifierError
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.items import at_a_glance, at_once, settle
from verifier.wire.pace import Slices
from verifier.wire.read import read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from verifier.dispatch import Dispatch
    from verifier.telemetry import Call
    from verifier.wire.definitions import Definitions
    from verifier.wire.items import Keyed
    from verifier.wire.pace import Pace


class Stream:
    """One VerifyStream call."""

    def __init__(
        self, dispatch: Dispatch, pace: Pace, definitions: Definitions, window_items: int, call: Call
    ) -> None:
        """Hold up to `window_items` that are read and not yet answered."""
        self._dispatch = dispatch
        self._slices = Slices(pace)
        self._definitions = definitions
        self._call = call
        self._window = asyncio.Semaphore(window_items)
        self._settling: set[asyncio.Task[None]] = set()
        self._answers: asyncio.Queue[pb.VerifyStreamResponse | None] = asyncio.Queue()

    async def serve(
        self,
        messages: AsyncIterator[bytes],
        write: Callable[[pb.VerifyStreamResponse], Awaitable[None]],
        stop: asyncio.Event,
    ) -> None:
        """Answer every item that was read, each exactly once, until the caller is done or the service stops.

        Args:
            messages: serialised requests, in their order.
            write: sends one answer; waits while the caller does not read.
            stop: set when the service stops taking work.

        Raises:
            Overloaded: the service stops; what was read is answered, the rest was not looked at.
            TooLarge: too much is defined.
            InvalidTask: a message that is neither definition nor item.
            CallerGone: an answer could not be sent.
        """
        try:
            problem = await self._serve(messages, write, stop)
        except ExceptionGroup as several:  # noqa: F821 - built in since Python 3.11; the service needs 3.12
            raise several.exceptions[0] from None  # it cancelled the others
        finally:
            await self._end()
        if problem is not None:
            raise problem

    async def _serve(
        self,
        messages: AsyncIterator[bytes],
        write: Callable[[pb.VerifyStreamResponse], Awaitable[None]],
        stop: asyncio.Event,
    ) -> VerifierError | None:
        """Why the stream ended early, if it did."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write(write))
            reading = group.create_task(self._read(messages))
            stopped = group.create_task(stop.wait())
            await asyncio.wait((reading, stopped), return_when=asyncio.FIRST_COMPLETED)
            problem = reading.result() if reading.done() else stopping()
            reading.cancel()
            stopped.cancel()
            if self._settling:
                await asyncio.wait(self._settling)
            self._answers.put_nowait(None)
        return problem

    async def _read(self, messages: AsyncIterator[bytes]) -> VerifierError | None:
        """Start judging every item; why reading ended early, if it did."""
        items = 0
        try:
            async for raw in messages:
                message = read(pb.VerifyStreamRequest, raw, "message")
                kind = message.WhichOneof("message")
                if kind == "define":
                    self._definitions.add(message.define)
                elif kind == "item":
                    await self._window.acquire()
                    response = message.item.response
                    due = self._slices.begin(response, self._start, items, message.item, response)
                    if due is not None:
                        await due
                    items += 1
                else:
                    return InvalidTask("message", "is neither a definition nor an item")
        except VerifierError as error:
            return error
        return None

    def _start(self, index: int, item: pb.Item, response: str) -> None:
        tasks = self._definitions.named_by(item)
        answer = at_a_glance(item, response, tasks, self._dispatch, self._call)
        if answer is not None:
            self._answers.put_nowait(_response(index, item.id, answer))
            return
        settling = at_once(self._settle(index, item, tasks))
        if settling.done():
            settling.result()
            return
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _end(self) -> None:
        """Leave nothing behind: what is unfinished here, nobody waits for any more."""
        unfinished = list(self._settling)
        for settling in unfinished:
            settling.cancel()
        if unfinished:
            await asyncio.wait(unfinished)

    async def _settle(self, index: int, item: pb.Item, tasks: Keyed) -> None:
        answer = await settle(item, "item", tasks, self._dispatch, self._call)
        self._answers.put_nowait(_response(index, item.id, answer))

    async def _write(self, write: Callable[[pb.VerifyStreamResponse], Awaitable[None]]) -> None:
        while (answer := await self._answers.get()) is not None:
            await write(answer)
            self._window.release()


def _response(index: int, item_id: str, answer: pb.Judgement | status_pb2.Status) -> pb.VerifyStreamResponse:
    if isinstance(answer, status_pb2.Status):
        return pb.VerifyStreamResponse(index=index, id=item_id, error=answer)
    response = pb.VerifyStreamResponse(index=index, id=item_id)
    response.judgement.CopyFrom(answer)
    response.judgement.id = item_id
    return response
