"""The client against a real server: what comes back, what is asked again, and what is given up."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, NoReturn

import grpc
import pytest

from rollout.batch import judge_batch
from rollout.client import Client
from rollout.desk import Ticket, Window
from rollout.errors import Unimplemented, Unreachable
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.sync import SyncClient
from rollout.wire.sharing import SharedTask
from tests.rollout.fake_service import (
    CAPABILITIES,
    SLOW,
    FakeService,
    busy,
    internal,
    serving,
    starved,
    status,
)
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from rollout.model import Score

QUICK = RetryPolicy(first_delay_seconds=0.001, longest_delay_seconds=0.01, patience_seconds=20)
IMPATIENT = RetryPolicy(first_delay_seconds=0.001, longest_delay_seconds=0.01, patience_seconds=0.05)
HANG_SECONDS = 30
"""Reached only where something hangs."""

KINDS = ["verify", "batch", "stream"]
"""Three ways to have a trace judged; what is promised for one holds for all."""


def trace(response: str, gold: str = "204", *, name: str = "a") -> Trace:
    """A math trace."""
    return Trace(
        response=response, task=pb.Task(answer=pb.AnswerTask(answers=[gold]), verifier="math"), id=name
    )


@contextlib.asynccontextmanager
async def client_of(
    service: FakeService, directory: Path, policy: RetryPolicy = QUICK, **settings: object
) -> AsyncIterator[Client]:
    """A client of this service."""
    async with serving(service, directory) as target, Client(target, policy=policy, **settings) as client:
        yield client


async def judge(client: Client, kind: str, traces: list[Trace], timeout: float | None = None) -> list[Score]:
    """The scores, in order, asked for in one of the three ways."""
    if kind == "verify":
        return [await client.verify(one, timeout_seconds=timeout) for one in traces]
    if kind == "batch":
        return await client.verify_batch(traces, timeout_seconds=timeout)
    answers = [answer async for answer in client.verify_stream(traces, timeout_seconds=timeout)]
    assert sorted(answer.index for answer in answers) == list(range(len(traces)))
    return [answer.score for answer in sorted(answers, key=lambda answer: answer.index)]


@pytest.mark.parametrize("kind", KINDS)
async def test_right_and_wrong_answers_are_told_apart(kind: str, tmp_path: Path) -> None:
    """Scores come back for the trace they belong to, with what the judge said."""
    async with client_of(FakeService(), tmp_path) as client:
        right, wrong = await judge(client, kind, [trace("204"), trace("205")])

    assert (right.verdict, right.score, right.correct) == (Verdict.ACCEPTED, 1.0, True)
    assert (wrong.verdict, wrong.score, wrong.correct) == (Verdict.WRONG_ANSWER, 0.0, False)
    assert right.terms == {"brevity": -0.5}
    assert right.assurance == "COMPARED_OUTSIDE"
    assert right.failure_kind is None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_failure_of_the_service_is_tried_again(kind: str, tmp_path: Path) -> None:
    """Busy, starved and failed are no verdicts: the item is judged in the end."""
    service = FakeService(mishaps={"a": [busy(), internal(), starved()]})
    async with client_of(service, tmp_path) as client:
        (score,) = await judge(client, kind, [trace("204")])

    assert score.verdict is Verdict.ACCEPTED
    assert service.tries["a"] == 4


FAILURES = [
    pytest.param(internal(), "internal", QUICK.attempts, id="internal"),
    pytest.param(starved(), "starved", QUICK.attempts, id="starved"),
    pytest.param(status(grpc.StatusCode.INVALID_ARGUMENT), "invalid_task", 1, id="invalid argument"),
    pytest.param(status(grpc.StatusCode.FAILED_PRECONDITION), "failed_precondition", 1, id="precondition"),
    pytest.param(status(grpc.StatusCode.RESOURCE_EXHAUSTED), "resource_exhausted", 1, id="too large"),
    pytest.param(status(grpc.StatusCode.DEADLINE_EXCEEDED), "deadline_exceeded", 1, id="deadline"),
    pytest.param(status(grpc.StatusCode.UNAUTHENTICATED), "unauthenticated", 1, id="unauthenticated"),
    pytest.param(status(grpc.StatusCode.DATA_LOSS), "unknown", 1, id="not in the contract"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("failure", "failure_kind", "tries"), FAILURES)
async def test_an_item_that_cannot_be_judged_has_no_score_and_says_why(
    failure: object, failure_kind: str, tries: int, kind: str, tmp_path: Path
) -> None:
    """Its neighbour is judged all the same."""
    service = FakeService(mishaps={"bad": [failure] * 50})
    async with client_of(service, tmp_path) as client:
        bad, good = await judge(client, kind, [trace("204", name="bad"), trace("204", name="good")])

    assert (bad.verdict, bad.score, bad.correct) == (Verdict.UNJUDGED, None, None)
    assert bad.failure_kind == failure_kind
    assert "on request" in bad.failure_reason or failure.message in bad.failure_reason
    assert service.tries["bad"] == tries
    assert good.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("kind", KINDS)
async def test_a_service_that_stays_busy_is_given_up_when_patience_ends(kind: str, tmp_path: Path) -> None:
    """Busy is the service's own word, so the score says so and is no zero."""
    service = FakeService(mishaps={"a": [busy()] * 1000})
    async with client_of(service, tmp_path, IMPATIENT) as client:
        (score,) = await judge(client, kind, [trace("204")])

    assert (score.score, score.failure_kind) == (None, "unavailable")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_busy_call_is_repeated_as_a_whole(kind: str, tmp_path: Path) -> None:
    """A refusal of the call as a whole costs nothing but time."""
    service = FakeService(call_mishaps=[busy(), busy()])
    async with client_of(service, tmp_path) as client:
        scores = await judge(client, kind, [trace("204"), trace("1")])

    assert [score.verdict for score in scores] == [Verdict.ACCEPTED, Verdict.WRONG_ANSWER]


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_there_is_unreachable_and_not_zero(kind: str, tmp_path: Path) -> None:
    """An outage leaves every trace unjudged."""
    async with Client(f"unix:{tmp_path}/nobody", policy=IMPATIENT) as client:
        scores = await judge(client, kind, [trace("204"), trace("1")])

    assert [(score.score, score.failure_kind) for score in scores] == [(None, "unreachable")] * 2


@pytest.mark.parametrize("kind", KINDS)
async def test_a_deadline_leaves_what_is_late_unjudged(kind: str, tmp_path: Path) -> None:
    """A candidate that the service is slow to judge gets no verdict of ours."""
    async with client_of(FakeService(), tmp_path) as client:
        (score,) = await judge(client, kind, [trace(SLOW)], timeout=0.2)

    assert (score.score, score.failure_kind) == (None, "deadline_exceeded")


@pytest.mark.parametrize("kind", KINDS)
async def test_lone_surrogates_travel_as_replacement_characters(kind: str, tmp_path: Path) -> None:
    """Python lets text hold what UTF-8 cannot; a pair of surrogates is the character it spells."""
    async with client_of(FakeService(), tmp_path) as client:
        (score,) = await judge(client, kind, [trace("a\ud800b \ud83d\ude00")])

    assert score.extracted == "a\ufffdb \U0001f600"


@pytest.mark.parametrize("kind", ["batch", "stream"])
async def test_a_task_crosses_the_wire_once_for_all_its_responses(kind: str, tmp_path: Path) -> None:
    """Sharing goes by content: equal tasks need not be one object."""
    service = FakeService()
    async with client_of(service, tmp_path) as client:
        await judge(client, kind, [trace("1", gold=str(index % 3)) for index in range(60)])

    if kind == "stream":
        assert sorted(service.definitions.values()) == [1, 1, 1]
    else:
        (request,) = service.requests
        assert (len(request.tasks), len(request.items)) == (3, 60)


async def test_a_large_task_is_sent_in_pieces(tmp_path: Path) -> None:
    """A task may be larger than a message."""
    service = FakeService()
    golds = ["204", "x" * (5 << 20)]
    one = Trace(response="204", task=pb.Task(answer=pb.AnswerTask(answers=golds)))
    async with client_of(service, tmp_path) as client:
        scores = await judge(client, "stream", [one, one])

    assert [score.verdict for score in scores] == [Verdict.ACCEPTED] * 2
    assert service.pieces == 6
    assert sum(service.definitions.values()) == 1


async def test_a_fresh_stream_is_begun_when_much_has_been_defined(tmp_path: Path) -> None:
    """What a service keeps for a client is bounded by the client."""
    service = FakeService()
    traces = [trace("1", gold=f"{index}" + "x" * 10_000) for index in range(10)]
    async with client_of(service, tmp_path, definition_bytes=30_000) as client:
        scores = await judge(client, "stream", traces)

    assert [score.verdict for score in scores] == [Verdict.WRONG_ANSWER] * 10
    assert service.streams == 5


@pytest.mark.parametrize("losses", [1, 2])
async def test_items_of_a_lost_stream_are_judged_on_the_next(losses: int, tmp_path: Path) -> None:
    """Nothing is lost with a connection, and nothing is judged twice for the caller."""
    service = FakeService(lose_streams=losses)
    async with client_of(service, tmp_path) as client:
        scores = await judge(client, "stream", [trace(str(index), gold="3") for index in range(300)])

    assert [index for index, score in enumerate(scores) if score.correct] == [3]
    assert service.streams == losses + 1


async def test_an_item_whose_connection_dies_is_not_carried_on_for_ever(tmp_path: Path) -> None:
    """Three lost connections, the last in no company: then it is unjudged."""
    service = FakeService(lose_streams=1000)
    async with client_of(service, tmp_path) as client:
        (score,) = await judge(client, "stream", [trace("204")])

    assert (score.score, score.failure_kind) == (None, "unreachable")
    assert service.streams == QUICK.losses


async def test_a_response_too_large_for_a_message_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    """It costs its neighbours nothing."""
    service = FakeService()
    large = trace("x" * (65 << 20), name="large")
    async with client_of(service, tmp_path) as client:
        refused, judged = await judge(client, "stream", [large, trace("204")])

    assert (refused.score, refused.failure_kind) == (None, "resource_exhausted")
    assert judged.verdict is Verdict.ACCEPTED
    assert service.tries["large"] == 0


async def test_traces_are_drawn_as_answers_are_fetched(tmp_path: Path) -> None:
    """A stream without end is read no further than the window."""
    drawn = 0

    def endless() -> Iterator[Trace]:
        nonlocal drawn
        while True:
            drawn += 1
            yield trace("204")

    async with client_of(FakeService(), tmp_path, window=Window(items=8)) as client:
        answers = client.verify_stream(endless())
        for _ in range(20):
            await anext(answers)
        await answers.aclose()

    assert 20 <= drawn <= 20 + 8 + 1


async def test_a_slow_source_still_gets_its_answers_at_once(tmp_path: Path) -> None:
    """An item is judged while its successor does not exist yet."""
    queue: asyncio.Queue[Trace] = asyncio.Queue()

    async def sampled() -> AsyncIterator[Trace]:
        while True:
            yield await queue.get()

    async with client_of(FakeService(), tmp_path) as client:
        answers = client.verify_stream(sampled())
        for index in range(3):
            queue.put_nowait(trace("204"))
            answer = await asyncio.wait_for(anext(answers), HANG_SECONDS)
            assert answer.index == index
        await answers.aclose()


async def test_what_the_source_raises_reaches_the_caller(tmp_path: Path) -> None:
    """A broken source is the caller's business, not an endless wait."""

    def broken() -> Iterator[Trace]:
        yield trace("204")
        raise LookupError("no more prompts")

    async with client_of(FakeService(), tmp_path) as client:
        with pytest.raises(LookupError, match="no more prompts"):
            await judge(client, "stream", broken())  # type: ignore[arg-type]


async def test_capabilities_and_comparison_raise_what_went_wrong(tmp_path: Path) -> None:
    """Calls without a score have exceptions."""
    missing = status(grpc.StatusCode.UNIMPLEMENTED, "not here")
    service = FakeService(call_mishaps=[busy(), missing])
    async with client_of(service, tmp_path) as client:
        with pytest.raises(Unimplemented, match="not here"):
            await client.compare_answers(["1"])
        clusters = await client.compare_answers(["1", "2", "1", ""])
        assert await client.capabilities() == CAPABILITIES
    async with Client(f"unix:{tmp_path}/nobody", policy=IMPATIENT) as client:
        with pytest.raises(Unreachable):
            await client.capabilities()

    assert clusters.members == ((0, 2), (1,))
    assert clusters.representatives == ("1", "2")
    assert clusters.unanswered == (3,)


async def test_a_judgement_that_makes_no_sense_is_no_score(tmp_path: Path) -> None:
    """A verdict of a newer service, or a score outside [0, 1], is not guessed at."""

    class Newer(FakeService):
        async def Verify(self, request: pb.VerifyRequest, context: object) -> pb.VerifyResponse:  # noqa: N802  # gRPC's
            judgement = pb.Judgement(verdict=pb.VERDICT_ACCEPTED, correct=True, score=1.5)
            if request.item.id == "verdict":
                judgement = pb.Judgement(verdict=99, correct=True, score=1)
            if request.item.id == "score":
                judgement = pb.Judgement(verdict=pb.VERDICT_ACCEPTED, correct=True)
            return pb.VerifyResponse(judgement=judgement)

    async with client_of(Newer(), tmp_path) as client:
        scores = await judge(client, "verify", [trace("1", name=name) for name in ("verdict", "score", "")])

    assert [(score.score, score.failure_kind) for score in scores] == [(None, "unknown")] * 3


async def test_the_client_for_trainers_needs_no_event_loop(tmp_path: Path) -> None:
    """The same answers, from plain calls in a plain thread."""

    def trainer(target: str) -> list[object]:
        with SyncClient(target) as client:
            one = client.verify(trace("204"))
            batch = client.verify_batch([trace("204"), trace("1")])
            stream = sorted(client.verify_stream([trace("1"), trace("204")]), key=lambda answer: answer.index)
            abandoned = next(client.verify_stream(trace("204") for _ in range(100)))
            assert client.capabilities() == CAPABILITIES
            assert client.compare_answers(["1"]).members == ((0,),)
            scores = [one, *batch, *(answer.score for answer in stream), abandoned.score]
        return [score.correct for score in scores]

    async with serving(FakeService(), tmp_path) as target:
        correct = await asyncio.to_thread(trainer, target)

    assert correct == [True, True, False, False, True, True]


async def test_a_batch_is_drawn_while_its_first_calls_are_under_way(tmp_path: Path) -> None:
    """The service does not wait until all of a large batch has been put into messages."""
    service, drawn = FakeService(), 0

    class Traces(list[Trace]):
        def __iter__(self) -> Iterator[Trace]:
            nonlocal drawn
            for one in super().__iter__():
                drawn += 1
                yield one

    async with client_of(service, tmp_path, window=Window(items=8)) as client:
        judging = asyncio.create_task(client.verify_batch(Traces([trace(SLOW)] * 40)))
        async with asyncio.timeout(HANG_SECONDS):
            while len(service.requests) < 2:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.001)
        assert drawn < 40
        judging.cancel()


async def test_the_first_call_of_a_batch_is_on_its_way_before_the_second_is_made() -> None:
    """Making a call takes as long as judging a good part of it."""
    drawn: list[int] = []
    drawn_when_sent: list[int] = []

    def tickets() -> Iterator[Ticket]:
        for index in range(40):
            drawn.append(index)
            yield Ticket(index, pb.Item(response="204"), SharedTask("key", b""))

    class Line:
        async def ask_once(self, *_: object) -> NoReturn:
            await asyncio.sleep(0)  # gRPC sends in a task of its own
            drawn_when_sent.append(len(drawn))
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await judge_batch(tickets(), 40, [Line()], Window(items=16), None)

    assert drawn_when_sent[0] <= 16 // 2 + 1


async def test_a_trace_that_is_none_leaves_no_call_behind(tmp_path: Path) -> None:
    """Others of its batch are under way when it is drawn."""
    service = FakeService()
    async with client_of(service, tmp_path, window=Window(items=8)) as client:
        before = asyncio.all_tasks()
        with pytest.raises(AttributeError):
            await client.verify_batch([*[trace(SLOW)] * 5, None])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() <= before
