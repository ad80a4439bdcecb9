"""Stragglers are asked about once more, where that was wished for: the first answer wins."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rollout import hedging
from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from tests.fakes import FakeVerifier, running
from verifier.errors import Overloaded
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from verifier.model import Judgement, Options, Task

HANG_SECONDS = 60
HEDGING = RetryPolicy(attempts=1, first_delay_seconds=0.001, hedge_seconds=0.2)


@dataclass
class Uneven(FakeVerifier):
    """Of every response that is a straggler, the first copy waits for the gate, which may never open."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    copies_fail: bool = False
    copies_hang: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:
        """See `verifier.model.Verifier`."""
        self.seen[response] += 1
        if "slow" in response and (self.copies_hang or self.seen[response] == 1):
            self.gates[response] = self.gate
        elif self.seen[response] > 1:
            self.gates.pop(response)
            if self.copies_fail:
                self.gate.set()
                raise Overloaded("full", 1.0)
        return await super().verify(response, task, options)


@contextlib.asynccontextmanager
async def asking(verifier: Uneven, policy: RetryPolicy = HEDGING) -> AsyncIterator[Client]:
    """A client of a service with this verifier."""
    async with (
        running(verifier) as service,
        asyncio.timeout(HANG_SECONDS),
        Client(service.address, policy=policy) as client,
    ):
        yield client


def trace(response: str, *others: str) -> Trace:
    """A right answer."""
    return Trace(response, pb.Task(answer=pb.AnswerTask(answers=[response, *others]), verifier="math"))


async def test_a_straggler_is_asked_about_again_and_the_first_answer_wins() -> None:
    verifier = Uneven()
    async with asking(verifier) as client:
        assert (await client.verify(trace("slow"))).verdict is Verdict.ACCEPTED
        assert await verifier.cancelled.get() == "slow"

    assert verifier.seen["slow"] == 2


async def test_a_copy_that_is_refused_costs_nothing() -> None:
    """The first one is answered in its time."""
    verifier = Uneven(copies_fail=True)
    async with asking(verifier) as client:
        assert (await client.verify(trace("slow"))).verdict is Verdict.ACCEPTED
        stream = [answer async for answer in client.verify_stream([trace("slower")])]

    assert [answer.score.verdict for answer in stream] == [Verdict.ACCEPTED]
    assert verifier.seen["slow"] == 2


async def test_nothing_is_asked_twice_unless_wished_for() -> None:
    verifier = Uneven()
    async with asking(verifier, RetryPolicy()) as client:
        assert (await client.verify(trace("slow"), timeout_seconds=1)).failure_kind == "deadline_exceeded"
        (answer,) = [answer async for answer in client.verify_stream([trace("slower")], timeout_seconds=1)]

    assert answer.score.failure_kind == "deadline_exceeded"
    assert verifier.seen == {"slow": 1, "slower": 1}


async def test_stragglers_of_a_stream_hold_nobody_up_and_have_one_answer_each() -> None:
    verifier = Uneven()
    traces = [trace(f"{'slow' if number % 20 == 7 else 'quick'} {number}") for number in range(200)]
    async with asking(verifier) as client:
        answers = [answer async for answer in client.verify_stream(traces)]
        gone = {await verifier.cancelled.get() for _ in range(10)}  # with the streams they came on

    assert sorted(answer.index for answer in answers) == list(range(200))
    assert {answer.score.verdict for answer in answers} == {Verdict.ACCEPTED}
    assert gone == {traces[index].response for index in range(7, 200, 20)}
    twice = [each for each in traces if "quick" in each.response and verifier.seen[each.response] > 1]
    assert len(twice) < len(traces) / 10, "but where the machine stood still for a moment"


async def test_a_slow_service_gets_few_copies_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """More would make it slower."""
    monkeypatch.setattr(hedging, "COPIES_AT_ONCE", 3)
    verifier = Uneven(copies_hang=True)
    async with asking(verifier) as client:

        async def ask() -> list[int]:
            traces = [trace(f"slow {number}") for number in range(50)]
            return [answer.index async for answer in client.verify_stream(traces)]

        asked = asyncio.create_task(ask())
        await verifier.arrivals(53)
        await asyncio.wait((asked,), timeout=1)
        copies = sum(verifier.seen.values()) - 50
        verifier.gate.set()
        assert sorted(await asked) == list(range(50))

    assert copies == 3


async def test_a_large_task_is_not_carried_again() -> None:
    """The stream has defined it; a copy would have to bring it along."""
    verifier = Uneven()
    async with asking(verifier) as client:
        stream = client.verify_stream([trace("slow", "x" * (2 << 20))], timeout_seconds=2)
        (answer,) = [answer async for answer in stream]

    assert answer.score.failure_kind == "deadline_exceeded"
    assert verifier.seen["slow"] == 1
