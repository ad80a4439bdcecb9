"""Messages that nobody would write: random bytes, and good messages with a few bytes changed, cut or doubled.

Each gets an answer or a status that blames the caller; none is a failure of the service, or changes what it
says to others.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import grpc
import pytest

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from tests.e2e.chaos.served import HANG_SECONDS, served
from verifier.service import NAME
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.heavy

MESSAGES = int(os.environ.get("CHAOS_MESSAGES", "5000"))
AT_ONCE = 64
CANARY = Trace(
    "```python\nprint(int(input()) ** 2)\n```",
    parse_task({"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["16"]}}),
)
BLAMELESS = {
    grpc.StatusCode.OK,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
"""What a strange message may get. UNAVAILABLE would ask for it again, INTERNAL would be a bug."""


def _items() -> list[pb.Item]:
    tasks = [
        pb.Task(answer=pb.AnswerTask(answers=["204"])),
        pb.Task(answer=pb.AnswerTask(answers=["B"], choices=["a", "b", "c"]), verifier="choice"),
        parse_task({"verifier": "quantity", "answer": "3", "unit": "m/s"}),
        parse_task(
            {"verifier": "instruction", "constraints": [{"id": "punctuation:no_comma", "kwargs": {}}]}
        ),
        parse_task({"verifier": "code", "language": "python", "tests": {"asserts": ["assert f(1) == 2"]}}),
        parse_task({"verifier": "code", "language": "bash", "tests": {"inputs": ["1"], "outputs": ["1"]}}),
    ]
    responses = ["\\boxed{204}", "(B)", "\\boxed{3 m/s}", "No commas here.", "", ""]
    return [pb.Item(id="x", response=text, task=task) for text, task in zip(responses, tasks, strict=True)]


def _good() -> dict[str, list[bytes]]:
    """Serialised messages of each method."""
    items = _items()
    keyed = pb.Item(id="k", response="\\boxed{1}", task_key="t")
    batch = pb.VerifyBatchRequest(tasks={"t": items[0].task}, items=[keyed, *items[:2]])
    define = pb.DefineTask(key="t", chunk=items[0].task.SerializeToString(), last=True)
    stream = [
        pb.VerifyStreamRequest(define=define),
        *(pb.VerifyStreamRequest(item=item) for item in [keyed, *items]),
    ]
    return {
        "Verify": [pb.VerifyRequest(item=item).SerializeToString() for item in items],
        "VerifyBatch": [batch.SerializeToString()],
        "VerifyStream": [message.SerializeToString() for message in stream],
        "CompareAnswers": [pb.CompareAnswersRequest(responses=["\\boxed{1}", "2"]).SerializeToString()],
        "GetCapabilities": [b""],
    }


def _random(chance: random.Random, message: bytes) -> bytes:
    return chance.randbytes(chance.randrange(200))


def _changed(chance: random.Random, message: bytes) -> bytes:
    changed = bytearray(message)
    for _ in range(chance.randint(1, 4)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _same(chance: random.Random, message: bytes) -> bytes:
    return message


def _cut(chance: random.Random, message: bytes) -> bytes:
    return message[: chance.randrange(len(message) + 1)]


def _doubled(chance: random.Random, message: bytes) -> bytes:
    start = chance.randrange(len(message) + 1)
    return message[:start] + message[chance.randrange(len(message) + 1) :]


_WAYS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _random,
    _changed,
    _changed,
    _cut,
    _doubled,
    _same,
)


def _strange(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Method and message, without end."""
    good = _good()
    methods = sorted(good)
    while True:
        method = chance.choice(methods)
        yield method, chance.choice(_WAYS)(chance, chance.choice(good[method]))


async def test_strange_messages_are_the_callers_fault_and_leave_the_service_ready() -> None:
    seen: Counter[tuple[str, grpc.StatusCode]] = Counter()
    async with served() as service, grpc.aio.insecure_channel(service.address) as channel:
        todo = islice(_strange(random.Random(100_000)), MESSAGES)

        async def send() -> None:
            for method, message in todo:
                seen[method, await _status(channel, method, message)] += 1

        await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        async with Client(service.address) as client:
            assert (await client.verify(CANARY, timeout_seconds=HANG_SECONDS)).verdict is Verdict.ACCEPTED
        assert service.starts == 1
        assert service.process is not None
        assert service.process.returncode is None
        assert "Traceback" not in service.log
        unforeseen = [line for line in service.log.splitlines() if '"level": "error"' in line]
        assert unforeseen == []
    print(sorted((method, code.name, count) for (method, code), count in seen.items()))  # noqa: T201 - with -s
    assert {code for _, code in seen} <= BLAMELESS, seen
    assert sum(seen.values()) == MESSAGES


async def _status(channel: grpc.aio.Channel, method: str, message: bytes) -> grpc.StatusCode:
    path = f"/{NAME}/{method}"
    if method == "VerifyStream":
        call = channel.stream_stream(path)(iter([message]), timeout=HANG_SECONDS)
        codes = {grpc.StatusCode.OK}
        try:
            async for raw in call:
                codes.add(_code_of_item(pb.VerifyStreamResponse.FromString(raw)))
        except grpc.aio.AioRpcError as error:
            codes.add(error.code())
        return max(codes, key=lambda code: code.value[0])
    try:
        await channel.unary_unary(path)(message, timeout=HANG_SECONDS)
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


def _code_of_item(answer: pb.VerifyStreamResponse) -> grpc.StatusCode:
    codes = {code.value[0]: code for code in grpc.StatusCode}
    return codes[answer.error.code]


async def test_a_message_over_the_limit_is_refused_and_others_go_on() -> None:
    async with (
        served(VERIFIER_MAX_MESSAGE_BYTES="1048576") as service,
        grpc.aio.insecure_channel(service.address) as channel,
    ):
        for method in ("Verify", "VerifyBatch", "VerifyStream", "CompareAnswers"):
            assert await _status(channel, method, bytes(2 << 20)) is grpc.StatusCode.RESOURCE_EXHAUSTED
        async with Client(service.address) as client:
            assert (await client.verify(CANARY, timeout_seconds=HANG_SECONDS)).verdict is Verdict.ACCEPTED
