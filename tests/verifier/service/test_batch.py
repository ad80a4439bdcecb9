"""Many responses in one message."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import grpc
import pytest

from tests.fakes import Client, FakeVerifier, running
from verifier import server, telemetry
from verifier.access.tokens import sha256
from verifier.dispatch import Dispatch
from verifier.errors import JudgingFailed
from verifier.model import AnswerTask, Assurance, Judgement, Verdict
from verifier.turns import Turns
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.batch import Batches
from verifier.wire.pace import LONG_CHARACTERS, ROUNDS, Pace, Slices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verifier.model import Task

HANG_SECONDS = 20
TASK = pb.Task(answer=pb.AnswerTask(answers=["204"]))


async def verify_batch(
    client: Client, items: Sequence[pb.Item], timeout: float = HANG_SECONDS, **tasks: pb.Task
) -> list[pb.VerifyBatchResult]:
    """Ask about many responses."""
    request = pb.VerifyBatchRequest(items=items, tasks=tasks)
    return list((await client.stub.VerifyBatch(request, timeout=timeout)).results)


async def test_results_come_in_the_order_of_the_items() -> None:
    items = [pb.Item(id=str(n), response=str(n), task_key="k") for n in range(200, 210)]
    async with running(FakeVerifier()) as client:
        results = await verify_batch(client, items, k=TASK)

    assert [result.id for result in results] == [item.id for item in items]
    assert [result.id for result in results if result.judgement.correct] == ["204"]


async def test_a_shared_task_is_checked_once() -> None:
    verifier = FakeVerifier()
    async with running(verifier) as client:
        await verify_batch(client, [pb.Item(response="204", task_key="k")] * 50, k=TASK)

    assert len(verifier.checked) == 1
    assert len(verifier.started) == 50


async def test_a_task_that_no_item_names_is_not_looked_at() -> None:
    verifier = FakeVerifier()
    async with running(verifier) as client:
        await verify_batch(client, [pb.Item(response="204", task_key="k")], k=TASK, other=TASK)

    assert len(verifier.checked) == 1


async def test_one_bad_item_costs_nothing_to_the_others() -> None:
    items = [
        pb.Item(response="204", task_key="k"),
        pb.Item(response="204", task_key="nowhere"),
        pb.Item(response="broken", task_key="k"),
        pb.Item(response="bug", task_key="k"),
        pb.Item(response="204", task_key="bad"),
        pb.Item(response="204"),
        pb.Item(response="204", task=TASK),
    ]
    verifier = FakeVerifier(failures={"broken": JudgingFailed("a jail died"), "bug": KeyError("SECRET")})
    async with running(verifier) as client:
        results = await verify_batch(client, items, k=TASK, bad=pb.Task(answer=pb.AnswerTask()))

    codes = [result.error.code if result.HasField("error") else 0 for result in results]
    invalid, internal = grpc.StatusCode.INVALID_ARGUMENT.value[0], grpc.StatusCode.INTERNAL.value[0]
    assert codes == [0, invalid, internal, internal, invalid, invalid, 0]
    assert "SECRET" not in str(results)


async def test_a_straggler_never_costs_the_others() -> None:
    """Shortly before the deadline the finished ones are answered; the rest is out of time, and cancelled."""
    verifier = FakeVerifier(gates={"slow": asyncio.Event()})
    items = [pb.Item(id=r, response=r, task=TASK) for r in ("204", "slow", "205")]
    async with running(verifier) as client:
        results = await verify_batch(client, items, timeout=5)
        async with asyncio.timeout(HANG_SECONDS):
            assert await verifier.cancelled.get() == "slow"

    assert [result.WhichOneof("result") for result in results] == ["judgement", "error", "judgement"]
    assert results[1].error.code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
    assert results[1].id == "slow"


async def test_a_straggler_that_will_not_end_does_not_hold_the_answer_up() -> None:
    """Closing a jail takes as long as it takes; the caller's deadline does not wait for it."""
    let_go = asyncio.Event()

    class Stubborn(FakeVerifier):
        async def verify(self, response: str, *rest: object) -> Judgement:
            try:
                return await super().verify(response, *rest)
            finally:
                if response == "slow":
                    await let_go.wait()

    verifier = Stubborn(gates={"slow": asyncio.Event()})
    async with running(verifier) as client:
        results = await verify_batch(client, [pb.Item(response="slow", task=TASK)], timeout=5)
        let_go.set()

    assert results[0].error.code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]


async def test_a_client_that_goes_away_cancels_all_of_its_items() -> None:
    verifier = FakeVerifier(gates={"slow": asyncio.Event()})
    async with running(verifier) as client:
        items = [pb.Item(response="slow", task=TASK)] * 3
        call = client.stub.VerifyBatch(pb.VerifyBatchRequest(items=items))
        async with asyncio.timeout(HANG_SECONDS):
            await verifier.arrivals(3)
            call.cancel()
            assert [await verifier.cancelled.get() for _ in items] == ["slow"] * 3


async def test_no_more_items_are_judged_at_once_than_the_slots_can_use() -> None:
    gate = asyncio.Event()
    verifier = FakeVerifier(gates={"slow": gate})
    items = [pb.Item(response="slow", task_key="k")] * (server.ANSWERS_PER_SLOT + 100)
    async with running(verifier, slots=1) as client, asyncio.timeout(HANG_SECONDS):
        asked = asyncio.create_task(verify_batch(client, items, k=TASK))
        await verifier.arrivals(server.ANSWERS_PER_SLOT)
        await asyncio.wait((asked,), timeout=0.5)  # the others could have come now
        gate.set()
        results = await asked

    assert verifier.most_running == server.ANSWERS_PER_SLOT
    assert [result.WhichOneof("result") for result in results] == ["judgement"] * len(items)


async def test_a_batch_larger_than_the_house_comes_in_when_there_is_room_at_all() -> None:
    async with running(FakeVerifier(), queue_items=3) as client:
        results = await verify_batch(client, [pb.Item(response="204", task_key="k")] * 10, k=TASK)

    assert all(result.judgement.correct for result in results)


async def test_a_client_that_fills_the_house_keeps_no_other_one_out(tmp_path: Path) -> None:
    """However large its batch: it gets no more in, and others do."""
    (tmp_path / "tokens").write_text("".join(f"{name} {sha256(name)}\n" for name in ("crowd", "other")))
    as_crowd, as_other = ({"metadata": (("authorization", f"Bearer {name}"),)} for name in ("crowd", "other"))
    gate = asyncio.Event()
    verifier = FakeVerifier(gates={"slow": gate})
    one = pb.VerifyRequest(item=pb.Item(response="204", task=TASK))
    many = pb.VerifyBatchRequest(items=[pb.Item(response="slow", task=TASK)] * 20)
    async with (
        running(verifier, queue_items=8, tokens=tmp_path / "tokens") as client,
        asyncio.timeout(HANG_SECONDS),
    ):
        crowd = client.stub.VerifyBatch(many, **as_crowd)
        await verifier.arrivals(20)
        with pytest.raises(grpc.aio.AioRpcError, match="of this client") as refused:
            await client.stub.Verify(one, **as_crowd)
        assert (await client.stub.Verify(one, **as_other)).judgement.correct
        gate.set()
        assert len((await crowd).results) == 20
        assert (await client.stub.Verify(one, **as_crowd)).judgement.correct

    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_batch_of_too_many_items_is_refused() -> None:
    async with running(FakeVerifier(), batch_items=3) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verify_batch(client, [pb.Item()] * 4)

    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_an_empty_batch_has_an_empty_answer() -> None:
    async with running(FakeVerifier()) as client:
        assert await verify_batch(client, []) == []


async def test_answers_that_do_not_fit_into_a_message_are_named_and_the_rest_arrives() -> None:
    long = Judgement(Verdict.WRONG_ANSWER, 0, False, Assurance.COMPARED_OUTSIDE, extracted="x" * 8000)
    items = [pb.Item(response="r", task_key="k")] * 20
    async with running(FakeVerifier(judgements={"r": long}), max_message_bytes=100_000) as client:
        results = await verify_batch(client, items, k=TASK)

    kinds = [result.WhichOneof("result") for result in results]
    assert kinds[:9] == ["judgement"] * 9
    assert kinds[-1] == "error"
    assert results[-1].error.code == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still: no slice is over before its items are, and nobody who was there is gone."""
    clock = SimpleNamespace(monotonic=lambda: 0.0, thread_time=lambda: 0.0)
    monkeypatch.setattr("verifier.wire.pace.time", clock)


@pytest.mark.usefixtures("still")
async def test_what_could_not_be_begun_before_the_deadline_costs_the_others_nothing() -> None:
    """A text that may take long waits while somebody rests from such a one."""
    pace = Pace()
    mine, _other = Slices(pace), Slices(pace)
    resting = asyncio.create_task(pace.rest(mine, HANG_SECONDS, 1))
    for _ in range(2 * ROUNDS):  # until it rests
        await asyncio.sleep(0)
    dispatch = Dispatch({"fake": FakeVerifier()}, {AnswerTask: "fake"}, {AnswerTask: Turns(4)})
    texts = ["204", "204 " * LONG_CHARACTERS, "204"]
    items = [pb.Item(response=text, task_key="k") for text in texts]
    request = pb.VerifyBatchRequest(items=items, tasks={"k": TASK})

    batches = Batches(dispatch, pace, most_items=10, most_answer_bytes=1 << 20)
    response = await batches.judge(request, request.ByteSize(), 0.5, telemetry.Call("VerifyBatch", "id"))
    resting.cancel()

    kinds = [result.WhichOneof("result") for result in response.results]
    assert kinds == ["judgement", "error", "error"]
    assert response.results[1].error.code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]


@pytest.mark.usefixtures("still")
async def test_long_responses_wait_for_short_ones_of_others() -> None:
    """Which are there: the batch begins only after them."""
    pace, verifier = Pace(), FakeVerifier()
    dispatch = Dispatch({"fake": verifier}, {AnswerTask: "fake"}, {AnswerTask: Turns(4)})
    batches = Batches(dispatch, pace, most_items=10, most_answer_bytes=1 << 20)

    async def batch(response: str) -> None:
        items = [pb.Item(response=response, task_key="k")] * 2
        request = pb.VerifyBatchRequest(items=items, tasks={"k": TASK})
        await batches.judge(request, request.ByteSize(), HANG_SECONDS, telemetry.Call("VerifyBatch", "id"))

    long = "204 " * LONG_CHARACTERS
    await asyncio.gather(batch("204"), batch(long), batch("205"))

    assert verifier.started == ["204", "204", "205", "205", long, long]


@dataclass
class Glancer(FakeVerifier):
    """Knows at once what is right."""

    def at_a_glance(self, response: str, task: Task) -> Judgement | None:
        """See `verifier.model.Glancing`."""
        return RIGHT if task.shape == AnswerTask((response,)) else None


RIGHT = Judgement(Verdict.ACCEPTED, 1.0, correct=True, assurance=Assurance.SAME_PROCESS)


async def test_what_is_known_at_a_glance_waits_for_no_turn() -> None:
    """Nor does an item whose pinned ruleset or minimum of assurance is another's get a judgement that way."""
    gate = asyncio.Event()
    verifier = Glancer("fake", gates={"slow": gate})
    dispatch = Dispatch({"fake": verifier}, {AnswerTask: "fake"}, {AnswerTask: Turns(1)})
    batches = Batches(dispatch, Pace(), most_items=10, most_answer_bytes=1 << 20)
    strict = pb.Options(minimum_assurance=pb.ASSURANCE_COMPARED_OUTSIDE)
    items = [
        pb.Item(response="slow", task_key="k"),
        pb.Item(response="204", task_key="k"),
        pb.Item(response="204", task_key="k", options=pb.Options(pin_ruleset="another")),
        pb.Item(response="204", task_key="k", options=strict),
        pb.Item(response="204", task_key="unknown"),
        pb.Item(response="wrong", task_key="k"),
    ]
    request = pb.VerifyBatchRequest(items=items, tasks={"k": TASK})
    call = telemetry.Call("VerifyBatch", "id")

    response = await batches.judge(request, request.ByteSize(), 0.5, call)
    gate.set()

    kinds = [result.WhichOneof("result") for result in response.results]
    assert kinds == ["error", "judgement", "error", "error", "error", "error"]
    assert [result.error.code for result in response.results if result.HasField("error")] == [
        grpc.StatusCode[name].value[0]
        for name in (
            "DEADLINE_EXCEEDED", "FAILED_PRECONDITION", "FAILED_PRECONDITION", "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
        )
    ]  # fmt: skip
    assert call.verdicts == {"ACCEPTED": 1}


async def test_what_nobody_foresaw_at_a_glance_is_a_failure_of_one_item() -> None:
    """Never a score, and nothing of its text leaves the service."""

    class Broken(Glancer):
        def at_a_glance(self, response: str, task: Task) -> Judgement | None:
            if response == "broken":
                raise ZeroDivisionError("secret")
            return super().at_a_glance(response, task)

    dispatch = Dispatch({"fake": Broken("fake")}, {AnswerTask: "fake"}, {AnswerTask: Turns(1)})
    batches = Batches(dispatch, Pace(), most_items=10, most_answer_bytes=1 << 20)
    items = [pb.Item(response=response, task_key="k") for response in ("broken", "204")]
    request = pb.VerifyBatchRequest(items=items, tasks={"k": TASK})

    broken, right = (
        await batches.judge(request, request.ByteSize(), 5, telemetry.Call("VerifyBatch", "id"))
    ).results

    assert broken.error.code == grpc.StatusCode.INTERNAL.value[0]
    assert "secret" not in str(broken)
    assert right.judgement.correct
