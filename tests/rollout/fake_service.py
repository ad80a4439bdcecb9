"""A service with a judge that needs no jail: real gRPC, and mishaps on request.

An answer task is judged by whether a gold is the response. What goes wrong is scripted by the id of an item
(`mishaps`), or by the response `bring the service down`. As a program it stands in for `verifier serve`:

    python -m tests.rollout.fake_service --listen unix:PATH --with-parent PID
"""

# ruff: noqa: N802  # methods carry the names of the contract

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc import error_details_pb2, status_pb2

from verifier.v1 import verifier_pb2 as pb
from verifier.v1 import verifier_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

RULESET = "7"
DEADLY = "bring the service down"
SLOW = "take your time"

CAPABILITIES = pb.GetCapabilitiesResponse(
    verifiers=[
        pb.VerifierCapability(name="math", shape="answer"),
        pb.VerifierCapability(name="choice", shape="answer"),
        pb.VerifierCapability(name="code", shape="code"),
    ],
    languages=[
        pb.LanguageCapability(name="python", available=True),
        pb.LanguageCapability(name="cobol", available=False, reason="not installed"),
    ],
    checkers=["tokens", "exact", "lcb"],
    versions=pb.Versions(ruleset=RULESET, package="0"),
)


def status(code: grpc.StatusCode, message: str = "on request", *details: object) -> status_pb2.Status:
    """A status, with details packed."""
    packed = []
    for detail in details:
        any_ = Any()
        any_.Pack(detail)
        packed.append(any_)
    return status_pb2.Status(code=code.value[0], message=message, details=packed)


def busy(seconds: float = 0.01) -> status_pb2.Status:
    """What an overloaded service says."""
    retry = error_details_pb2.RetryInfo()
    retry.retry_delay.FromNanoseconds(int(seconds * 1e9))
    return status(grpc.StatusCode.UNAVAILABLE, "busy", retry)


def starved() -> status_pb2.Status:
    """What a service says that could not give a candidate a processor."""
    return status(grpc.StatusCode.INTERNAL, "starved", error_details_pb2.ErrorInfo(reason="STARVED"))


def internal() -> status_pb2.Status:
    """What a service says whose jail failed."""
    return status(grpc.StatusCode.INTERNAL, "a jail died", error_details_pb2.ErrorInfo(reason="FAILED"))


@dataclass
class FakeService(verifier_pb2_grpc.VerifierServiceServicer):
    """The servicer; its fields are what tests script and look at."""

    mishaps: dict[str, list[status_pb2.Status]] = field(default_factory=dict)
    """By item id: statuses it gets first, in order; then it is judged."""
    call_mishaps: list[status_pb2.Status] = field(default_factory=list)
    """Statuses of the next calls as a whole."""
    lose_streams: int = 0
    """How many streams end without a status of ours once an item has arrived."""
    hold_first: int = 0
    """Answer the first items of a stream last: after this many others."""
    tries: Counter[str] = field(default_factory=Counter)
    """How often each id arrived."""
    company: list[int] = field(default_factory=list)
    """Items that each lost stream had received."""
    definitions: Counter[str] = field(default_factory=Counter)
    pieces: int = 0
    streams: int = 0
    requests: list[object] = field(default_factory=list)
    """Unary requests and items, as they came."""

    async def Verify(self, request: pb.VerifyRequest, context: grpc.aio.ServicerContext) -> pb.VerifyResponse:
        """One item."""
        await self._mishap(context)
        self.requests.append(request)
        answer = await self._judge(request.item, request.item.task)
        if isinstance(answer, status_pb2.Status):
            await _abort(context, answer)
        return pb.VerifyResponse(judgement=answer)

    async def VerifyBatch(
        self, request: pb.VerifyBatchRequest, context: grpc.aio.ServicerContext
    ) -> pb.VerifyBatchResponse:
        """Many."""
        await self._mishap(context)
        self.requests.append(request)
        response = pb.VerifyBatchResponse()
        for item in request.items:
            answer = await self._judge(item, request.tasks[item.task_key])
            result = response.results.add(id=item.id)
            _set(result, answer)
        return response

    async def VerifyStream(
        self, messages: AsyncIterator[pb.VerifyStreamRequest], context: grpc.aio.ServicerContext
    ) -> AsyncIterator[pb.VerifyStreamResponse]:
        """A stream."""
        self.streams += 1
        await self._mishap(context)
        tasks: dict[str, bytes] = {}
        held: list[pb.VerifyStreamResponse] = []
        index = 0
        async for message in messages:
            if message.HasField("define"):
                self._define(message.define, tasks)
                continue
            self.requests.append(message.item)
            if self.lose_streams:
                self.lose_streams -= 1
                await _abort(context, status(grpc.StatusCode.UNAVAILABLE, "torn"), details=False)
            response = pb.VerifyStreamResponse(index=index, id=message.item.id)
            task = pb.Task.FromString(tasks.get(message.item.task_key, b""))
            _set(response, await self._judge(message.item, task))
            index += 1
            held.append(response)
            if len(held) > self.hold_first:
                yield held.pop()
        for response in held:
            yield response

    async def CompareAnswers(
        self, request: pb.CompareAnswersRequest, context: grpc.aio.ServicerContext
    ) -> pb.CompareAnswersResponse:
        """Equal texts are equal answers; empty ones are none."""
        await self._mishap(context)
        groups: dict[str, list[int]] = {}
        for index, text in enumerate(request.responses):
            groups.setdefault(text, []).append(index)
        unanswered = groups.pop("", [])
        clusters = [
            pb.AnswerCluster(representative=text, members=members)
            for text, members in sorted(groups.items(), key=lambda pair: -len(pair[1]))
        ]
        return pb.CompareAnswersResponse(clusters=clusters, unanswered=unanswered)

    async def GetCapabilities(
        self, request: pb.GetCapabilitiesRequest, context: grpc.aio.ServicerContext
    ) -> pb.GetCapabilitiesResponse:
        """What it can."""
        await self._mishap(context)
        return CAPABILITIES

    async def _mishap(self, context: grpc.aio.ServicerContext) -> None:
        if self.call_mishaps:
            await _abort(context, self.call_mishaps.pop(0))

    def _define(self, piece: pb.DefineTask, tasks: dict[str, bytes]) -> None:
        self.pieces += 1
        tasks[piece.key] = tasks.get(piece.key, b"") + piece.chunk
        if piece.last:
            self.definitions[piece.key] += 1

    async def _judge(self, item: pb.Item, task: pb.Task) -> pb.Judgement | status_pb2.Status:
        self.tries[item.id] += 1
        if item.response == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        if item.response == SLOW:
            await asyncio.Event().wait()
        if self.mishaps.get(item.id):
            return self.mishaps[item.id].pop(0)
        if "unparsable" in task.answer.answers:
            return status(grpc.StatusCode.INVALID_ARGUMENT, "task.answer.answers[0]: cannot be parsed")
        right = item.response in task.answer.answers
        return pb.Judgement(
            id=item.id,
            verdict=pb.VERDICT_ACCEPTED if right else pb.VERDICT_WRONG_ANSWER,
            score=float(right),
            correct=right,
            terms={"brevity": -0.5},
            extracted=item.response[:100],
            assurance=pb.ASSURANCE_COMPARED_OUTSIDE,
            versions=pb.Versions(ruleset=RULESET, package="0"),
        )


def _set(result: pb.VerifyStreamResponse | pb.VerifyBatchResult, answer: object) -> None:
    if isinstance(answer, pb.Judgement):
        result.judgement.CopyFrom(answer)
    else:
        result.error.CopyFrom(answer)


async def _abort(
    context: grpc.aio.ServicerContext, failure: status_pb2.Status, *, details: bool = True
) -> None:
    code = next(code for code in grpc.StatusCode if code.value[0] == failure.code)
    trailers = (("grpc-status-details-bin", failure.SerializeToString()),) if details else ()
    await context.abort(code, failure.message, trailers)


@contextlib.asynccontextmanager
async def serving(service: FakeService, directory: Path) -> AsyncIterator[str]:
    """The service on a unix socket in this directory; its address."""
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", 64 << 20)])
    verifier_pb2_grpc.add_VerifierServiceServicer_to_server(service, server)
    target = f"unix:{directory}/fake"
    server.add_insecure_port(target)
    await server.start()
    try:
        yield target
    finally:
        await server.stop(None)


async def _serve(listen: str) -> None:
    server = grpc.aio.server()
    verifier_pb2_grpc.add_VerifierServiceServicer_to_server(FakeService(), server)
    server.add_insecure_port(listen)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await server.start()
    await stopped.wait()
    await server.stop(None)


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", required=True)
    parser.add_argument("--with-parent", type=int)
    asyncio.run(_serve(parser.parse_args().listen))


if __name__ == "__main__":
    main()
