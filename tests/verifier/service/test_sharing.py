"""Equal programs that are here together are judged once, and nobody's leaving costs anybody else."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import FakeVerifier, running
from verifier import sharing
from verifier.model import CodeTask
from verifier.sharing import Sharing
from verifier.v1 import verifier_pb2 as pb

HANG_SECONDS = 30


class Work:
    """Counts how often it is done; waits for a signal."""

    def __init__(self) -> None:
        """Not done yet."""
        self.begun = 0
        self.cancelled = 0
        self.go = asyncio.Event()

    async def __call__(self) -> int:
        """Its number."""
        self.begun += 1
        number = self.begun
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return number


async def settle() -> None:
    """Let everything that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_equal_questions_share_an_answer_and_others_do_not() -> None:
    shared, work = Sharing[int](), Work()
    asked = [asyncio.create_task(shared.once(key, work)) for key in ("a", "a", "b", "a")]
    await settle()
    work.go.set()
    assert await asyncio.gather(*asked) == [1, 1, 2, 1]


async def test_work_goes_on_while_anybody_waits_for_it() -> None:
    shared, work = Sharing[int](), Work()
    first, second = (asyncio.create_task(shared.once("a", work)) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    assert not work.cancelled
    work.go.set()
    assert await second == 1


async def test_work_that_nobody_waits_for_ends_before_the_last_one_is_gone() -> None:
    shared, work = Sharing[int](), Work()
    asked = [asyncio.create_task(shared.once("a", work)) for _ in range(2)]
    await settle()
    for each in asked:
        each.cancel()
    await asyncio.wait(asked)
    assert work.cancelled == 1
    again = asyncio.create_task(shared.once("a", work))
    await settle()
    work.go.set()
    assert await again == 2


async def test_a_failure_is_everybodys_and_is_not_remembered() -> None:
    shared: Sharing[int] = Sharing()
    failures = 0

    async def fail() -> int:
        nonlocal failures
        failures += 1
        await asyncio.sleep(0)
        raise ValueError

    for expected in (1, 2):
        found = await asyncio.gather(*(shared.once("a", fail) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in found] == [ValueError] * 3
        assert failures == expected


@pytest.mark.parametrize(("worth_seconds", "times"), [(0.0, 1), (60.0, 2)])
async def test_what_took_long_is_remembered_for_a_moment(
    monkeypatch: pytest.MonkeyPatch, worth_seconds: float, times: int
) -> None:
    monkeypatch.setattr(sharing, "WORTH_KEEPING_SECONDS", worth_seconds)
    shared, work = Sharing[int](), Work()
    work.go.set()
    await shared.once("a", work)
    await shared.once("a", work)
    assert work.begun == times


async def test_the_service_judges_equal_programs_of_a_batch_once() -> None:
    gate = asyncio.Event()
    verifier = FakeVerifier(name="code", shape=CodeTask, gates={"same": gate})
    tests = pb.StdioTests(cases=[pb.StdioCase(input=b"1", output=b"1")])
    task = pb.Task(code=pb.CodeTask(language="python", stdio=tests))
    items = [pb.Item(id=str(n), response="same", task_key="t") for n in range(8)]
    items.append(pb.Item(id="other", response="other", task_key="t"))
    async with running(verifier) as client, asyncio.timeout(HANG_SECONDS):
        call = client.stub.VerifyBatch(pb.VerifyBatchRequest(tasks={"t": task}, items=items))
        await verifier.arrivals(2)
        gate.set()
        answer = await call

    assert sorted(verifier.started) == ["other", "same"]
    assert [result.judgement.id for result in answer.results] == [item.id for item in items]


async def test_answers_are_not_stuck_behind_slow_programs() -> None:
    gate = asyncio.Event()
    programs = FakeVerifier(name="code", shape=CodeTask, gates={str(n): gate for n in range(100)})
    tests = pb.StdioTests(cases=[pb.StdioCase(input=b"1", output=b"1")])
    slow = pb.Task(code=pb.CodeTask(language="python", stdio=tests))
    quick = pb.Item(response="12", task=pb.Task(answer=pb.AnswerTask(answers=["12"])))
    async with running(programs, FakeVerifier(), slots=1) as client, asyncio.timeout(HANG_SECONDS):
        items = [pb.Item(response=str(n), task_key="t") for n in range(100)]
        call = client.stub.VerifyBatch(pb.VerifyBatchRequest(tasks={"t": slow}, items=items))
        await programs.arrivals(1)
        answer = await client.stub.Verify(pb.VerifyRequest(item=quick))
        assert answer.judgement.verdict == pb.VERDICT_ACCEPTED
        assert programs.most_running < 100
        gate.set()
        assert len((await call).results) == 100
