"""Calls that are silent for long: signs of life keep them up, and tell a machine that vanished."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import grpc
import pytest

from rollout import connection
from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from tests.e2e.chaos.wires import wire
from tests.fakes import FakeVerifier, running
from tests.rollout.fake_service import FakeService
from verifier import ports
from verifier.v1 import verifier_pb2 as pb
from verifier.v1 import verifier_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rollout.model import Score

HANG_SECONDS = 60
SILENCE_SECONDS = 6.0
"""gRPC sends a ping in a second at most, and the fourth one that nobody permits ends a connection."""
TRACE = Trace("204", pb.Task(answer=pb.AnswerTask(answers=["204"]), verifier="math"))
UNFORGIVING = RetryPolicy(attempts=3, losses=1, first_delay_seconds=0.001)
"""A lost connection is the end."""
KINDS = ["verify", "batch", "stream"]


@pytest.fixture(autouse=True)
def quick_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hundred times as often as in earnest, on both sides."""
    monkeypatch.setattr(connection, "PING_SECONDS", connection.PING_SECONDS / 300)
    monkeypatch.setattr(ports, "LEAST_PING_SECONDS", ports.LEAST_PING_SECONDS / 300)


async def judge(client: Client, kind: str) -> Score:
    """The score of one trace, asked for in one of three ways."""
    if kind == "verify":
        return await client.verify(TRACE)
    if kind == "batch":
        return (await client.verify_batch([TRACE]))[0]
    return await anext(answer.score async for answer in client.verify_stream([TRACE]))


class Foreign(FakeService):
    """Takes its time, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.asked: asyncio.Queue[None] = asyncio.Queue()

    async def _judge(self, item: pb.Item, task: pb.Task) -> object:
        self.asked.put_nowait(None)
        await self.gate.wait()
        return await super()._judge(item, task)


@contextlib.asynccontextmanager
async def foreign_server() -> AsyncIterator[tuple[str, Foreign]]:
    """A server that permits what gRPC permits unasked: a ping in five minutes."""
    service, server = Foreign(), grpc.aio.server()
    verifier_pb2_grpc.add_VerifierServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}", service
    finally:
        await server.stop(None)


async def asked_in_every_way(address: str) -> list[asyncio.Task[Score]]:
    """A call of each kind in progress, each of a client of its own."""

    async def ask(kind: str) -> Score:
        async with Client(address, policy=UNFORGIVING, connections=1) as client:
            return await judge(client, kind)

    return [asyncio.create_task(ask(kind)) for kind in KINDS]


async def verdicts(asked: list[asyncio.Task[Score]]) -> list[Verdict]:
    """Of all of them."""
    return [score.verdict for score in await asyncio.gather(*asked)]


async def test_calls_may_be_silent_for_long() -> None:
    """The service permits the signs of life that the client gives meanwhile."""
    gate = asyncio.Event()
    verifier = FakeVerifier(gates={"204": gate})
    async with running(verifier, listen="127.0.0.1:0") as service, asyncio.timeout(HANG_SECONDS):
        asked = await asked_in_every_way(service.address)
        await verifier.arrivals(len(KINDS))
        await asyncio.wait(asked, timeout=SILENCE_SECONDS)
        gate.set()
        assert await verdicts(asked) == [Verdict.ACCEPTED] * len(KINDS)

    assert len(verifier.started) == len(KINDS)


@pytest.mark.heavy
async def test_connections_without_a_call_may_give_signs_of_life() -> None:
    """Other people's clients do that, and proxies."""
    options = (
        ("grpc.keepalive_time_ms", int(1000 * connection.PING_SECONDS)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    )
    async with (
        running(FakeVerifier(), listen="127.0.0.1:0") as service,
        grpc.aio.insecure_channel(service.address, options=options) as channel,
    ):
        await channel.channel_ready()
        changed = asyncio.create_task(channel.wait_for_state_change(grpc.ChannelConnectivity.READY))
        await asyncio.wait((changed,), timeout=SILENCE_SECONDS)
        assert not changed.done()
        changed.cancel()


async def test_who_vanishes_without_a_goodbye_is_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The service stops judging for nobody, and the client does not wait for ever."""
    for side in (connection, ports):
        monkeypatch.setattr(side, "ANSWER_SECONDS", 0.5)
    verifier = FakeVerifier(gates={"204": asyncio.Event()})
    async with (
        running(verifier, listen="127.0.0.1:0") as service,
        wire(service.address) as (between, address),
        Client(address, policy=replace(UNFORGIVING, patience_seconds=0.1), connections=1) as client,
        asyncio.timeout(HANG_SECONDS),
    ):
        asked = asyncio.create_task(client.verify(TRACE))
        await verifier.arrivals(1)
        between.silent = True
        assert await verifier.cancelled.get() == "204"
        assert (await asked).failure_kind == "unreachable"


@pytest.mark.heavy
async def test_a_server_that_permits_few_signs_of_life_is_given_fewer() -> None:
    """It ends one call; the next one is as silent as it wants. The item is not to blame."""
    async with foreign_server() as (address, service), asyncio.timeout(HANG_SECONDS):
        asked = await asked_in_every_way(address)
        for _ in range(2 * len(KINDS)):
            await service.asked.get()
        done, _ = await asyncio.wait(asked, timeout=SILENCE_SECONDS)
        assert not done
        service.gate.set()
        assert await verdicts(asked) == [Verdict.ACCEPTED] * len(KINDS)

    assert service.asked.empty()
