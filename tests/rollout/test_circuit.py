"""Nobody answers: patience is spent once, then calls fail at once and say why, until somebody is back."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import grpc

from rollout.circuit import Circuit
from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from tests.rollout.fake_service import SLOW, FakeService, serving
from verifier.v1 import verifier_pb2 as pb
from verifier.v1 import verifier_pb2_grpc

if TYPE_CHECKING:
    from pathlib import Path

HANG_SECONDS = 60
TASK = pb.Task(answer=pb.AnswerTask(answers=["204"]), verifier="math")
TRACE = Trace("204", TASK)
IMPATIENT = RetryPolicy(attempts=1, patience_seconds=0.2, first_delay_seconds=0.001)


class Clock:
    """Stands still until told."""

    seconds = 1000.0

    def __call__(self) -> float:
        """Now."""
        return self.seconds


def test_patience_is_counted_from_the_first_who_found_nobody() -> None:
    clock = Clock()
    circuit = Circuit(60, clock)
    assert circuit.wait_seconds() == 60
    clock.seconds += 50
    assert circuit.wait_seconds() == 10


def test_when_patience_is_spent_one_now_and_then_may_look() -> None:
    clock = Clock()
    circuit = Circuit(60, clock)
    circuit.wait_seconds()
    clock.seconds += 61
    assert [circuit.wait_seconds() for _ in range(3)] == [1, 0, 0]
    clock.seconds += 4
    assert circuit.wait_seconds() == 0
    clock.seconds += 1
    assert [circuit.wait_seconds() for _ in range(3)] == [1, 0, 0]
    assert circuit.absent_seconds == 66


def test_who_is_back_gets_all_the_patience_again() -> None:
    clock = Clock()
    circuit = Circuit(60, clock)
    circuit.wait_seconds()
    clock.seconds += 61
    circuit.close()
    assert circuit.absent_seconds == 0
    assert circuit.wait_seconds() == 60


async def test_a_thousand_calls_to_nobody_are_patient_once_and_not_each() -> None:
    """Over all connections of the client; a second each would take a quarter of an hour."""
    async with Client("127.0.0.1:1", policy=IMPATIENT) as client, asyncio.timeout(HANG_SECONDS):
        scores = [await client.verify(TRACE) for _ in range(1000)]

    assert {(score.score, score.failure_kind) for score in scores} == {(None, "unreachable")}
    assert "127.0.0.1:1" in scores[0].failure_reason
    assert "refused" in scores[0].failure_reason  # in the words of the system
    assert "nobody has answered at 127.0.0.1:1 for" in scores[1].failure_reason


async def test_calls_are_let_in_again_when_somebody_is_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with Client(f"127.0.0.1:{port}", policy=IMPATIENT) as client, asyncio.timeout(HANG_SECONDS):
        assert (await client.verify(TRACE)).failure_kind == "unreachable"
        server = grpc.aio.server()
        verifier_pb2_grpc.add_VerifierServiceServicer_to_server(FakeService(), server)
        server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        for _ in range(1000):
            if (await client.verify(TRACE)).verdict is Verdict.ACCEPTED:
                break
            await asyncio.sleep(0.02)
        for _ in range(8):  # on every connection
            assert (await client.verify(TRACE)).verdict is Verdict.ACCEPTED
        await server.stop(None)


async def test_a_slow_service_is_there(tmp_path: Path) -> None:
    """However many calls it leaves unanswered, and for how long."""
    service = FakeService()
    async with serving(service, tmp_path) as target, Client(target, policy=IMPATIENT) as client:
        slow = [client.verify(Trace(SLOW, TASK), timeout_seconds=0.5) for _ in range(20)]
        late = await asyncio.gather(*slow)
        assert (await client.verify(TRACE)).verdict is Verdict.ACCEPTED

    assert {score.failure_kind for score in late} == {"deadline_exceeded"}
