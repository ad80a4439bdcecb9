"""One response at a time, over a real connection."""

from __future__ import annotations

import asyncio
import math

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from tests.fakes import Client, FakeVerifier, running
from verifier.errors import AssuranceTooWeak
from verifier.model import Assurance, CaseResult, Judgement, LimitsMode, Usage, Verdict
from verifier.v1 import verifier_pb2 as pb
from verifier.version import PACKAGE, RULESET

HANG_SECONDS = 20
TASK = pb.Task(answer=pb.AnswerTask(answers=["204"]))


async def verify(client: Client, response: str = "204", **item: object) -> pb.Judgement:
    """Ask about one response."""
    request = pb.VerifyRequest(item=pb.Item(**{"response": response, "task": TASK, **item}))
    return (await client.stub.Verify(request, timeout=HANG_SECONDS)).judgement


def details(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    """The whole status of a failed call."""
    trailers = dict(error.trailing_metadata())
    return status_pb2.Status.FromString(trailers["grpc-status-details-bin"])


async def test_a_right_answer_is_accepted_and_a_wrong_one_is_not() -> None:
    async with running(FakeVerifier()) as client:
        right = await verify(client, "204", id="a")
        wrong = await verify(client, "205", id="b")

    assert (right.id, right.verdict, right.score, right.correct) == ("a", pb.VERDICT_ACCEPTED, 1, True)
    assert (wrong.id, wrong.verdict, wrong.score, wrong.correct) == ("b", pb.VERDICT_WRONG_ANSWER, 0, False)
    assert right.HasField("score")
    assert wrong.HasField("score")


async def test_a_judgement_says_what_judged_and_what_it_used() -> None:
    async with running(FakeVerifier()) as client:
        judgement = await verify(client)

    assert (judgement.versions.ruleset, judgement.versions.package) == (RULESET, PACKAGE)
    assert judgement.usage.cpu.ToNanoseconds() == 250_000_000
    assert judgement.assurance == pb.ASSURANCE_COMPARED_OUTSIDE


async def test_every_field_of_a_judgement_reaches_the_caller() -> None:
    usage = Usage(1.5, 2.5, 1 << 20, 0.5, LimitsMode.CGROUP_V2)
    full = Judgement(
        Verdict.TIME_LIMIT, 0.5, False, Assurance.SAME_PROCESS, {"brevity": -0.25}, "x", "too slow",
        (CaseResult(3, Verdict.TIME_LIMIT, usage, "case"),), usage, "CPython 3.11",
    )  # fmt: skip
    async with running(FakeVerifier(judgements={"r": full})) as client:
        judgement = await verify(client, "r", id="i")

    assert judgement.verdict == judgement.cases[0].verdict == pb.VERDICT_TIME_LIMIT
    assert (judgement.score, judgement.correct, dict(judgement.terms)) == (0.5, False, {"brevity": -0.25})
    assert (judgement.extracted, judgement.detail) == ("x", "too slow")
    assert (judgement.cases[0].index, judgement.cases[0].detail) == (3, "case")
    assert judgement.usage.wall.ToNanoseconds() == 2_500_000_000
    assert judgement.usage.queued.ToNanoseconds() >= 500_000_000
    assert judgement.usage.limits_mode == pb.LIMITS_MODE_CGROUP_V2
    assert judgement.cases[0].usage.memory_bytes == 1 << 20
    assert judgement.versions.toolchain == "CPython 3.11"


async def test_texts_that_protobuf_would_refuse_do_not_cost_the_verdict() -> None:
    """A program may print anything; a lone surrogate in its output must not turn score 0 into an error."""
    hostile = Judgement(
        Verdict.RUNTIME_ERROR, 0, False, Assurance.COMPARED_OUTSIDE, extracted="\udc80" * 9, detail="\ud800x"
    )
    async with running(FakeVerifier(judgements={"r": hostile})) as client:
        judgement = await verify(client, "r")

    assert judgement.verdict == pb.VERDICT_RUNTIME_ERROR
    assert judgement.extracted == "\ufffd" * 9
    assert judgement.detail == "\ufffdx"


async def test_long_texts_are_cut() -> None:
    long = Judgement(
        Verdict.RUNTIME_ERROR,
        0,
        False,
        Assurance.COMPARED_OUTSIDE,
        extracted="é" * 99_999,
        detail="x" * 99_999,
    )
    async with running(FakeVerifier(judgements={"r": long})) as client:
        judgement = await verify(client, "r")

    assert len(judgement.extracted.encode()) <= 8 << 10
    assert judgement.extracted.endswith("é…")
    assert len(judgement.detail) <= 1 << 10


@pytest.mark.parametrize("score", [math.nan, -0.1, 1.1, math.inf])
async def test_a_score_that_is_none_is_our_failure_and_reaches_nobody(score: float) -> None:
    broken = Judgement(Verdict.ACCEPTED, score, True, Assurance.COMPARED_OUTSIDE)
    async with running(FakeVerifier(judgements={"r": broken})) as client:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await verify(client, "r")

    assert failed.value.code() is grpc.StatusCode.INTERNAL


async def test_another_pinned_ruleset_is_refused_and_ours_is_not() -> None:
    verifier = FakeVerifier()
    async with running(verifier) as client:
        await verify(client, options=pb.Options(pin_ruleset=RULESET))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verify(client, "other", options=pb.Options(pin_ruleset="0"))

    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert verifier.started == ["204"]


async def test_too_weak_an_assurance_is_refused_even_where_the_verifier_did_not() -> None:
    async with running(FakeVerifier(assurance=Assurance.TEST_PROCESS_APART)) as client:
        await verify(client, options=pb.Options(minimum_assurance=pb.ASSURANCE_TEST_PROCESS_APART))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verify(client, options=pb.Options(minimum_assurance=pb.ASSURANCE_COMPARED_OUTSIDE))

    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert details(refused.value).code == grpc.StatusCode.FAILED_PRECONDITION.value[0]


async def test_wishes_reach_the_verifier() -> None:
    """A verifier that refuses beforehand spares the run."""
    verifier = FakeVerifier(failures={"r": AssuranceTooWeak("not here")})
    async with running(verifier) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verify(client, "r", options=pb.Options(minimum_assurance=pb.ASSURANCE_COMPARED_OUTSIDE))

    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION


async def test_a_bug_of_ours_is_internal_and_quotes_nothing() -> None:
    """Neither the exception's text, which may be a model's, nor its class gets out; never a score either."""
    async with running(FakeVerifier(failures={"r": ValueError("SECRET")})) as client:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await verify(client, "r")

    assert failed.value.code() is grpc.StatusCode.INTERNAL
    everything = f"{failed.value.details()} {failed.value.trailing_metadata()}"
    assert "SECRET" not in everything
    assert "ValueError" not in everything
    assert "Traceback" not in everything


async def test_a_client_that_goes_away_cancels_its_verification() -> None:
    verifier = FakeVerifier(gates={"slow": asyncio.Event()})
    async with running(verifier) as client:
        call = client.stub.Verify(pb.VerifyRequest(item=pb.Item(response="slow", task=TASK)))
        await _until_started(verifier, 1)
        call.cancel()
        async with asyncio.timeout(HANG_SECONDS):
            assert await verifier.cancelled.get() == "slow"


async def test_a_passed_deadline_cancels_its_verification() -> None:
    verifier = FakeVerifier(gates={"slow": asyncio.Event()})
    async with running(verifier) as client:
        with pytest.raises(grpc.aio.AioRpcError) as late:
            await client.stub.Verify(pb.VerifyRequest(item=pb.Item(response="slow", task=TASK)), timeout=0.2)
        async with asyncio.timeout(HANG_SECONDS):
            assert await verifier.cancelled.get() == "slow"

    assert late.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_full_house_refuses_and_says_when_to_come_again() -> None:
    gate = asyncio.Event()
    verifier = FakeVerifier(gates={"slow": gate})
    async with running(verifier, queue_items=1) as client:
        first = client.stub.Verify(pb.VerifyRequest(item=pb.Item(response="slow", task=TASK)))
        await _until_started(verifier, 1)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verify(client)
        gate.set()
        await first
        again = await verify(client)

    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    retry = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(retry) for detail in details(refused.value).details)
    assert retry.retry_delay.ToMilliseconds() > 0
    assert again.verdict == pb.VERDICT_ACCEPTED


async def test_a_message_over_the_limit_is_refused() -> None:
    async with running(FakeVerifier(), max_message_bytes=10_000) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verify(client, "x" * 20_000)

    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def _until_started(verifier: FakeVerifier, count: int) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        await verifier.arrivals(count)
