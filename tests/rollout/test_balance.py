"""Several connections and several servers behind one name: who gets the work, and what it costs."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

import grpc

from rollout.client import Client
from rollout.desk import Desk, Ticket, Window
from rollout.errors import ConnectionLost
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.wire.sharing import TaskPool
from tests.rollout.fake_service import SLOW, FakeService
from verifier.v1 import verifier_pb2 as pb
from verifier.v1 import verifier_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HANG_SECONDS = 60
QUICK = RetryPolicy(first_delay_seconds=0.001, longest_delay_seconds=0.01, patience_seconds=20)
LARGE = "x" * (1 << 20)


@contextlib.asynccontextmanager
async def two_servers() -> AsyncIterator[tuple[str, list[FakeService], list[grpc.aio.Server]]]:
    """Two services behind one name, as a headless service of Kubernetes shows its pods."""
    services, servers, ports = [FakeService(), FakeService()], [], []
    for service in services:
        server = grpc.aio.server()
        verifier_pb2_grpc.add_VerifierServiceServicer_to_server(service, server)
        ports.append(server.add_insecure_port("127.0.0.1:0"))
        await server.start()
        servers.append(server)
    try:
        yield "ipv4:" + ",".join(f"127.0.0.1:{port}" for port in ports), services, servers
    finally:
        for server in servers:
            await server.stop(None)


def trace(number: int, gold: str = "204", response: str = "204") -> Trace:
    """A right answer, unless told otherwise."""
    task = pb.Task(answer=pb.AnswerTask(answers=[gold, "204"]), verifier="math")
    return Trace(response=response, task=task, id=str(number))


async def test_every_server_behind_a_name_gets_work() -> None:
    async with two_servers() as (target, services, _), Client(target, policy=QUICK) as client:
        for number in range(16):
            await client.verify(trace(number))
        unary = [len(service.requests) for service in services]
        answers = [answer async for answer in client.verify_stream(map(trace, range(400)))]
        streamed = [len(service.requests) - count for service, count in zip(services, unary, strict=True)]

    assert {answer.score.verdict for answer in answers} == {Verdict.ACCEPTED}
    assert min(unary) > 0
    assert min(streamed) > 0
    assert sum(streamed) == 400


class Peers(FakeService):
    """Notes over which connection each batch came."""

    peers: ClassVar[list[str]] = []

    async def VerifyBatch(self, request: pb.VerifyBatchRequest, context: Any) -> pb.VerifyBatchResponse:  # noqa: N802 - gRPC's name
        """See the contract."""
        self.peers.append(context.peer())
        return await super().VerifyBatch(request, context)


async def test_every_connection_gets_a_part_of_a_batch_and_its_share_of_small_ones() -> None:
    """Behind one address, each may lead to another server process."""
    server = grpc.aio.server()
    verifier_pb2_grpc.add_VerifierServiceServicer_to_server(Peers(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with Client(f"127.0.0.1:{port}", policy=QUICK, connections=4) as client:
            scores = await client.verify_batch([trace(number) for number in range(400)])
            large = Peers.peers.copy()
            for number in range(8):
                await client.verify_batch([trace(number)])
    finally:
        await server.stop(None)
    small = Counter(Peers.peers[len(large) :])

    assert {score.verdict for score in scores} == {Verdict.ACCEPTED}
    assert len(set(large)) == 4
    assert sorted(small.values()) == [2, 2, 2, 2]


class Names(asyncio.DatagramProtocol):
    """A name server that knows two addresses, whatever the name (RFC 1035)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self.transport = transport

    def datagram_received(self, query: bytes, sender: object) -> None:
        """Answer one question: addresses for A, none for anything else."""
        question = query[12 : query.index(b"\0", 12) + 5]
        addresses = [bytes([127, 0, 0, last]) for last in (1, 2)] if question[-4:-2] == b"\0\1" else []
        header = query[:2] + b"\x85\x80" + bytes([0, 1, 0, len(addresses), 0, 0, 0, 0])
        answers = b"".join(
            b"\xc0\x0c\0\1\0\1" + bytes([0, 0, 0, 60, 0, 4]) + address for address in addresses
        )
        self.transport.sendto(header + question + answers, sender)


@contextlib.asynccontextmanager
async def two_servers_of_one_name() -> AsyncIterator[tuple[str, list[FakeService]]]:
    """As a headless service of Kubernetes is found: a name with an address for each pod, all on one port."""
    services, servers, port = [FakeService(), FakeService()], [], 0
    for last, service in enumerate(services, 1):
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        verifier_pb2_grpc.add_VerifierServiceServicer_to_server(service, server)
        port = server.add_insecure_port(f"127.0.0.{last}:{port}")
        await server.start()
        servers.append(server)
    loop = asyncio.get_running_loop()
    names, _ = await loop.create_datagram_endpoint(Names, ("127.0.0.1", 0))
    try:
        host, name_port = names.get_extra_info("sockname")
        yield f"dns://{host}:{name_port}/verifier.example:{port}", services
    finally:
        names.close()
        for server in servers:
            await server.stop(None)


async def test_every_address_of_a_name_gets_work() -> None:
    async with (
        two_servers_of_one_name() as (target, services),
        Client(target, policy=QUICK, connections=1) as client,
        asyncio.timeout(HANG_SECONDS),
    ):
        for number in range(16):
            await client.verify(trace(number))
        unary = [len(service.requests) for service in services]
        answers = [answer async for answer in client.verify_stream(map(trace, range(400)))]
    streamed = [len(service.requests) - count for service, count in zip(services, unary, strict=True)]

    assert min(unary) > 4  # whoever is connected first may get the first few
    assert len(answers) == sum(streamed) == 400
    assert min(streamed) > 0


async def test_a_server_that_goes_costs_no_answer() -> None:
    async with two_servers() as (target, services, servers), Client(target, policy=QUICK) as client:
        answers = []
        async with asyncio.timeout(HANG_SECONDS):
            async for answer in client.verify_stream(map(trace, range(2000))):
                answers.append(answer)
                if len(answers) == 200:
                    await servers[0].stop(None)

    assert sorted(answer.index for answer in answers) == list(range(2000))
    assert {answer.score.verdict for answer in answers} == {Verdict.ACCEPTED}
    assert len(services[1].requests) > 1000


async def test_a_large_task_is_sent_once_over_all_connections() -> None:
    traces = [trace(number, LARGE + str(number // 16)) for number in range(16 * 16)]
    small = Window(items=8)
    async with two_servers() as (target, services, _), Client(target, policy=QUICK, window=small) as client:
        answers = [answer async for answer in client.verify_stream(traces)]

    assert len(answers) == len(traces)
    assert sorted(n for service in services for n in service.definitions.values()) == [1] * 16


async def test_items_of_a_small_task_spread() -> None:
    """Again and again, since a busy machine may have finished the first before both servers are connected."""
    async with (
        two_servers() as (target, services, _),
        Client(target, policy=QUICK) as client,
        asyncio.timeout(HANG_SECONDS),
    ):
        while not all(service.definitions for service in services):
            answers = [answer async for answer in client.verify_stream(trace(n) for n in range(100))]
            assert len(answers) == 100


async def desk_of(*traces: Trace) -> Desk:
    """A desk for two streams that holds these."""
    desk = Desk(QUICK, Window(items=64), 2)
    await admit(desk, *traces)
    return desk


async def admit(desk: Desk, *traces: Trace) -> None:
    """Bring these in."""
    tasks = TaskPool()
    for index, each in enumerate(traces):
        await desk.admit(Ticket(index, pb.Item(id=each.id), tasks.share(each.task)))


async def taken(desk: Desk, stream: int, position: int) -> Ticket:
    """What this stream gets; fails where it has to wait."""
    async with asyncio.timeout(5):
        ticket = await desk.take(stream, position)
    assert ticket is not None
    return ticket


async def test_of_two_streams_that_wait_the_shorter_one_is_next() -> None:
    desk = await desk_of(trace(0), trace(1))
    await taken(desk, 0, 0)
    await taken(desk, 0, 1)
    longer, shorter = (asyncio.create_task(desk.take(stream, 2)) for stream in (0, 1))
    await asyncio.sleep(0)
    await admit(desk, trace(2))
    assert await shorter is not None
    assert not longer.done()
    longer.cancel()


async def test_a_stream_that_does_not_take_holds_nobody_up() -> None:
    """A server that reads nothing leaves its stream with few items under way, and never asking."""
    desk = await desk_of(*map(trace, range(8)))
    await taken(desk, 0, 0)
    assert [(await taken(desk, 1, position)).index for position in range(4)] == [1, 2, 3, 4]


async def test_a_large_task_waits_for_its_stream_while_others_pass() -> None:
    desk = await desk_of(trace(0, LARGE), trace(1, LARGE), trace(2))
    await taken(desk, 0, 0)
    assert (await taken(desk, 1, 0)).index == 2
    assert (await taken(desk, 0, 1)).index == 1


async def test_items_of_a_lost_stream_go_with_another_one() -> None:
    desk = await desk_of(trace(0, LARGE), trace(1, LARGE))
    await taken(desk, 0, 0)
    desk.recall(0, ConnectionLost("gone"))
    assert {(await taken(desk, 1, 0)).index, (await taken(desk, 1, 1)).index} == {0, 1}


async def test_a_hanging_item_leaves_the_others_their_answers() -> None:
    traces = [trace(0, response=SLOW), *map(trace, range(1, 60))]
    async with two_servers() as (target, _, _), Client(target, policy=QUICK) as client:
        seen = 0
        async with asyncio.timeout(HANG_SECONDS):
            async for _ in client.verify_stream(traces, timeout_seconds=3):
                seen += 1
    assert seen == 60
