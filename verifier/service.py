"""The methods of the service: read, let in, judge, answer.

Each is an adapter of a few lines between gRPC and `verifier.dispatch`. Errors leave through one door, which
turns them into statuses by the table of `verifier.wire.status`.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING

import grpc

from verifier import telemetry
from verifier.access.door import AUTHORIZATION_KEY
from verifier.errors import CallerGone, VerifierError
from verifier.turns import Caller
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.batch import Batches
from verifier.wire.clusters import compare
from verifier.wire.definitions import Definitions
from verifier.wire.items import foreseen, judge, refuse
from verifier.wire.pace import Pace, Slices
from verifier.wire.read import read
from verifier.wire.render import render_capabilities
from verifier.wire.status import DETAILS_KEY, code_of
from verifier.wire.stream import Stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sandbox.languages.table import Installed
    from sandbox.model import Sandbox
    from verifier.admission import Admission
    from verifier.dispatch import Dispatch
    from verifier.wire.render import Facts

    Languages = asyncio.Future[Mapping[str, Installed]]
    """What is found of every known language; asking all of them for their versions takes seconds."""
    Measure = Callable[[telemetry.Call], AbstractContextManager[None]]
    Context = grpc.aio.ServicerContext[bytes, object]

NAME = pb.DESCRIPTOR.services_by_name["VerifierService"].full_name


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one call may hold."""

    batch_items: int
    stream_items: int
    stream_task_bytes: int
    queue_seconds: float


class Calls:
    """The calls in progress."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        """None yet; each is measured while it lasts."""
        self._measures = tuple(measures)
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextlib.asynccontextmanager
    async def follow(
        self, method: str, context: Context, patience_seconds: float = inf
    ) -> AsyncIterator[telemetry.Call]:
        """Count and log one call, and end it with a status where it fails."""
        self._count += 1
        self._none.clear()
        try:
            metadata = {key: str(value) for key, value in context.invocation_metadata() or ()}
            caller = Caller(_client(metadata, context), patience_seconds)
            with telemetry.call(method, caller, metadata) as call, self._measured(call):
                try:
                    with foreseen(call):
                        yield call
                except VerifierError as error:
                    status = refuse(error, call)
                    details = ((DETAILS_KEY, status.SerializeToString()),)
                    await context.abort(code_of(error), status.message, details)
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    @contextlib.contextmanager
    def _measured(self, call: telemetry.Call) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for measure in self._measures:
                stack.enter_context(measure(call))
            yield

    async def none(self) -> None:
        """Wait until no call is in progress."""
        await self._none.wait()


class Service:
    """VerifierService."""

    def __init__(
        self,
        dispatch: Dispatch,
        admission: Admission,
        sandbox: Sandbox,
        languages: Languages,
        facts: Facts,
        bounds: Bounds,
        measures: Sequence[Measure],
    ) -> None:
        """Everything it needs comes from the composition root."""
        self._languages = languages
        self._dispatch = dispatch
        self._admission = admission
        self._sandbox = sandbox
        self._facts = facts
        self._bounds = bounds
        self._pace = Pace()
        self._batches = Batches(dispatch, self._pace, bounds.batch_items, facts.maximum_message_bytes)
        self._stop = asyncio.Event()
        self._calls = Calls(measures)

    def stop(self) -> None:
        """Take no work from now on; what is in progress goes on."""
        self._admission.close()
        self._stop.set()

    async def idle(self) -> None:
        """Wait until no call is in progress."""
        await self._calls.none()

    async def verify(self, raw: bytes, context: Context) -> pb.VerifyResponse:
        """Verify: see the contract."""
        async with self._calls.follow("Verify", context, self._bounds.queue_seconds) as call:
            request = read(pb.VerifyRequest, raw, "request")
            with self._admission.enter(1, call.caller.client):
                Slices(self._pace)  # for this one, too, others make room
                return pb.VerifyResponse(
                    judgement=await judge(request.item, "item", {}, self._dispatch, call)
                )

    async def verify_batch(self, raw: bytes, context: Context) -> pb.VerifyBatchResponse:
        """VerifyBatch: see the contract."""
        async with self._calls.follow("VerifyBatch", context, self._bounds.queue_seconds) as call:
            request = read(pb.VerifyBatchRequest, raw, "request")
            with self._admission.enter(len(request.items), call.caller.client):
                return await self._batches.judge(request, len(raw), context.time_remaining(), call)

    async def verify_stream(self, messages: AsyncIterator[bytes], context: Context) -> None:
        """VerifyStream: see the contract."""
        async with self._calls.follow("VerifyStream", context) as call:
            definitions = Definitions(self._dispatch, self._bounds.stream_task_bytes, call)
            stream = Stream(self._dispatch, self._pace, definitions, self._bounds.stream_items, call)
            await stream.serve(messages, partial(_send, context), self._stop)

    async def compare_answers(self, raw: bytes, context: Context) -> pb.CompareAnswersResponse:
        """CompareAnswers: see the contract."""
        async with self._calls.follow("CompareAnswers", context, self._bounds.queue_seconds) as call:
            request = read(pb.CompareAnswersRequest, raw, "request")
            with self._admission.enter(len(request.responses), call.caller.client):
                return await compare(request, self._dispatch, self._bounds.batch_items, call.caller)

    async def get_capabilities(self, raw: bytes, context: Context) -> pb.GetCapabilitiesResponse:
        """GetCapabilities: see the contract."""
        async with self._calls.follow("GetCapabilities", context):
            read(pb.GetCapabilitiesRequest, raw, "request")
            languages = await asyncio.shield(self._languages)  # all callers wait for the same one
            return render_capabilities(
                self._dispatch.verifiers, languages, self._sandbox.isolation, self._facts
            )


async def _send(context: Context, answer: pb.VerifyStreamResponse) -> None:
    try:
        await context.write(answer)
    except grpc.aio.BaseError:  # a lost connection shows here before it cancels the call, or instead
        raise CallerGone("the connection is lost") from None


def _client(metadata: Mapping[str, str], context: Context) -> str:
    """Who calls: a token where there is one, else an address without its port. Never logged."""
    return metadata.get(AUTHORIZATION_KEY, "") or str(context.peer()).rpartition(":")[0]


def handlers(service: Service) -> grpc.GenericRpcHandler:
    """The methods as gRPC takes them. Requests stay bytes, so that unreadable ones are answered here."""
    unary, stream = grpc.unary_unary_rpc_method_handler, grpc.stream_stream_rpc_method_handler
    return grpc.method_handlers_generic_handler(
        NAME,
        {
            "Verify": unary(service.verify, None, pb.VerifyResponse.SerializeToString),
            "VerifyBatch": unary(service.verify_batch, None, pb.VerifyBatchResponse.SerializeToString),
            "VerifyStream": stream(service.verify_stream, None, pb.VerifyStreamResponse.SerializeToString),
            "CompareAnswers": unary(
                service.compare_answers, None, pb.CompareAnswersResponse.SerializeToString
            ),
            "GetCapabilities": unary(
                service.get_capabilities, None, pb.GetCapabilitiesResponse.SerializeToString
            ),
        },
    )
