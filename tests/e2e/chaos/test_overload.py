"""Ten times more than the service lets in: who is let in waits no longer than promised, the others are told
when to come again, and whoever comes again is served in the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.tasks.table import parse_task
from tests.e2e.chaos.served import HANG_SECONDS, served
from verifier.v1 import verifier_pb2 as pb
from verifier.v1.verifier_pb2_grpc import VerifierServiceStub

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.heavy

QUEUE_SECONDS = 4.0
CAPACITY_ITEMS = 24
CALLS = 10 * CAPACITY_ITEMS
TASK = parse_task({"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["16"]}})
MEASURES = {"VERIFIER_QUEUE_SECONDS": str(QUEUE_SECONDS), "VERIFIER_QUEUE_ITEMS": str(10 * CAPACITY_ITEMS)}
"""More come in than can be judged in time, so that time is what decides."""


def _item(number: int) -> pb.Item:
    """Each takes a tenth of a second of processor time, and differs from the others."""
    program = f"sum(range(3_000_000))\nprint(int(input()) ** 2)  # {number}"
    return pb.Item(id=str(number), response=f"```python\n{program}\n```", task=TASK)


async def test_ten_times_overload_is_refused_politely_and_who_is_let_in_does_not_wait_long() -> None:
    async with served(**MEASURES) as service, grpc.aio.insecure_channel(service.address) as channel:
        stub = VerifierServiceStub(channel)
        unary = [_unary(stub, number) for number in range(CALLS)]
        batches = [_batch(stub, range(CALLS + 8 * n, CALLS + 8 * n + 8)) for n in range(CALLS // 8)]
        answers = [each for call in await asyncio.gather(*unary, *batches) for each in call]

    judged = [answer for answer in answers if isinstance(answer, pb.Judgement)]
    refused = [answer for answer in answers if isinstance(answer, status_pb2.Status)]
    assert len(answers) == 2 * CALLS
    assert judged
    assert refused
    assert {judgement.verdict for judgement in judged} == {pb.VERDICT_ACCEPTED}
    assert Counter(status.code for status in refused).keys() == {grpc.StatusCode.UNAVAILABLE.value[0]}
    assert all(_retry_seconds(status) > 0 for status in refused)
    waited = sorted(judgement.usage.queued.ToTimedelta().total_seconds() for judgement in judged)
    p99 = waited[int(0.99 * (len(waited) - 1))]
    print(f"let in {len(judged)}, refused {len(refused)}, p99 of waiting {p99:.2f} s")  # noqa: T201 - with -s
    assert p99 < QUEUE_SECONDS


async def test_a_client_that_comes_again_finishes_all_of_them() -> None:
    traces = [Trace(_item(number).response, TASK, id=str(number)) for number in range(CALLS)]
    patient = RetryPolicy(attempts=1000, patience_seconds=HANG_SECONDS)
    async with served(**MEASURES) as service, Client(service.address, policy=patient) as client:
        alone = [client.verify(trace, timeout_seconds=HANG_SECONDS) for trace in traces[: CALLS // 2]]
        together = client.verify_batch(traces[CALLS // 2 :], timeout_seconds=HANG_SECONDS)
        one_by_one, batch = await asyncio.gather(asyncio.gather(*alone), together)
    assert Counter(score.verdict for score in [*one_by_one, *batch]) == {Verdict.ACCEPTED: CALLS}


async def _unary(stub: VerifierServiceStub, number: int) -> list[pb.Judgement | status_pb2.Status]:
    try:
        response = await stub.Verify(pb.VerifyRequest(item=_item(number)), timeout=HANG_SECONDS)
    except grpc.aio.AioRpcError as error:
        return [_status_of(error)]
    return [response.judgement]


async def _batch(stub: VerifierServiceStub, numbers: Sequence[int]) -> list[pb.Judgement | status_pb2.Status]:
    request = pb.VerifyBatchRequest(items=[_item(number) for number in numbers])
    try:
        response = await stub.VerifyBatch(request, timeout=HANG_SECONDS)
    except grpc.aio.AioRpcError as error:
        return [_status_of(error)] * len(numbers)
    return [result.judgement if result.HasField("judgement") else result.error for result in response.results]


def _status_of(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    trailers = dict(error.trailing_metadata() or ())
    return status_pb2.Status.FromString(trailers.get("grpc-status-details-bin", b""))


def _retry_seconds(status: status_pb2.Status) -> float:
    found = error_details_pb2.RetryInfo()
    for detail in status.details:
        if detail.Unpack(found):
            return found.retry_delay.ToTimedelta().total_seconds()
    return 0.0
