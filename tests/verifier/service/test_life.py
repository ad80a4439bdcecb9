"""Ready, seen by tools, and stopping without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.fakes import Client, FakeSandbox, FakeVerifier, found_languages, running
from verifier.access.tokens import sha256
from verifier.model import CodeTask
from verifier.ports import CannotStart
from verifier.server import listening
from verifier.service import NAME
from verifier.settings import Settings
from verifier.v1 import verifier_pb2 as pb
from verifier.v1.verifier_pb2_grpc import VerifierServiceStub
from verifier.version import PACKAGE, RULESET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.model import Judgement, Options, Task

HANG_SECONDS = 20
TASK = pb.Task(answer=pb.AnswerTask(answers=["204"]))
BUF = Path(sys.executable).with_name("buf")


@pytest.mark.parametrize("name", ["", NAME])
async def test_health_says_serving(name: str) -> None:
    async with running(FakeVerifier()) as client:
        stub = health_pb2_grpc.HealthStub(client.channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=HANG_SECONDS)

    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def buf_list(address: str) -> subprocess.CompletedProcess[bytes]:
    """What `buf curl` finds by reflection."""
    command = (BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-methods")
    process = await asyncio.create_subprocess_exec(
        *command, f"http://{address}", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    return subprocess.CompletedProcess(command, process.returncode or 0, out, err)


@pytest.mark.skipif(not BUF.exists(), reason="buf is not installed (extra dev)")
async def test_tools_list_the_methods_by_reflection() -> None:
    async with running(FakeVerifier(), listen="127.0.0.1:0") as client:
        listed = await buf_list(client.address)

    assert b"verifier.v1.VerifierService/VerifyStream" in listed.stdout, listed.stderr


@pytest.mark.skipif(not BUF.exists(), reason="buf is not installed (extra dev)")
async def test_reflection_can_be_switched_off() -> None:
    async with running(FakeVerifier(), listen="127.0.0.1:0", reflection=False) as client:
        listed = await buf_list(client.address)

    assert listed.returncode != 0
    assert b"VerifyStream" not in listed.stdout


async def servers_by_channelz(client: Client) -> Sequence[channelz_pb2.Server]:
    """What channelz says of the servers of this process."""
    stub = channelz_pb2_grpc.ChannelzStub(client.channel)
    found = await stub.GetServers(channelz_pb2.GetServersRequest(), timeout=HANG_SECONDS)
    return found.server


async def test_channelz_counts_calls() -> None:
    async with running(FakeVerifier(), channelz=True) as client:
        assert any(server.data.calls_started for server in await servers_by_channelz(client))


async def test_channelz_is_not_there_unasked() -> None:
    async with running(FakeVerifier()) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await servers_by_channelz(client)
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_channelz_is_behind_the_door(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(f"trainer {sha256('sesame')}\n")
    async with running(FakeVerifier(), channelz=True, tokens=tmp_path / "tokens") as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await servers_by_channelz(client)
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_port_in_use_is_refused_and_not_shared() -> None:
    async with running(FakeVerifier(), listen="127.0.0.1:0") as client:
        with pytest.raises(CannotStart, match="taken"):
            async with running(FakeVerifier(), listen=client.address):
                pass


async def test_a_socket_in_use_is_refused_and_not_taken_over() -> None:
    async with running(FakeVerifier()) as client:
        with pytest.raises(CannotStart, match="another server"):
            async with running(FakeVerifier(), listen=client.address):
                pass


async def test_stopping_answers_what_is_in_progress_and_takes_nothing_new() -> None:
    gate = asyncio.Event()
    verifier = FakeVerifier(gates={"slow": gate})
    slow = pb.Item(response="slow", task=TASK)
    with tempfile.TemporaryDirectory(prefix="v-") as folder:
        house = listening(
            Settings(listen=f"unix:{folder}/s"), FakeSandbox(), {"math": verifier}, found_languages()
        )
        address = await house.__aenter__()
        async with asyncio.timeout(HANG_SECONDS), grpc.aio.insecure_channel(address) as channel:
            stub = VerifierServiceStub(channel)
            health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await health.read()).status == health_pb2.HealthCheckResponse.SERVING
            unary, stream = stub.Verify(pb.VerifyRequest(item=slow)), stub.VerifyStream()
            await stream.write(pb.VerifyStreamRequest(item=slow))
            await verifier.arrivals(2)

            stopping = asyncio.create_task(house.__aexit__(None, None, None))
            assert (await health.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await stub.Verify(pb.VerifyRequest(item=slow))
            gate.set()
            assert (await unary).judgement.verdict == pb.VERDICT_WRONG_ANSWER
            assert (await stream.read()).HasField("judgement")
            with pytest.raises(grpc.aio.AioRpcError) as ended:
                await stream.read()
            await stopping

    assert refused.value.code() is ended.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_the_grace_ends() -> None:
    """Work that does not finish in time is cancelled, and its caller gets a status that may be retried."""
    verifier = FakeVerifier(gates={"slow": asyncio.Event()})
    with tempfile.TemporaryDirectory(prefix="v-") as folder:
        settings = Settings(listen=f"unix:{folder}/s", stop_grace_seconds=0)
        async with contextlib.AsyncExitStack() as stack, asyncio.timeout(HANG_SECONDS):
            house = listening(settings, FakeSandbox(), {"math": verifier}, found_languages())
            channel = grpc.aio.insecure_channel(await house.__aenter__())
            await stack.enter_async_context(channel)
            call = VerifierServiceStub(channel).Verify(
                pb.VerifyRequest(item=pb.Item(response="slow", task=TASK))
            )
            await verifier.arrivals(1)
            await house.__aexit__(None, None, None)
            with pytest.raises(grpc.aio.AioRpcError) as cut:
                await call

    assert cut.value.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
    assert await verifier.cancelled.get() == "slow"


@dataclass
class Tidy(FakeVerifier):
    """Takes a moment to leave, as who closes a jail does."""

    left: list[str] = field(default_factory=list)

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:
        """See `verifier.model.Verifier`."""
        try:
            return await super().verify(response, task, options)
        finally:
            await asyncio.sleep(0.2)
            self.left.append(response)


async def test_who_is_cut_off_at_the_end_of_the_grace_still_tidies_up() -> None:
    verifier = Tidy(gates={"slow": asyncio.Event()})
    async with running(verifier, stop_grace_seconds=0) as client:
        call = client.stub.Verify(pb.VerifyRequest(item=pb.Item(response="slow", task=TASK)))
        await verifier.arrivals(1)

    assert verifier.left == ["slow"]
    assert call.cancelled() or call.done()


async def test_capabilities_say_what_the_server_has() -> None:
    async with running(FakeVerifier(), FakeVerifier("code", CodeTask), slots=3) as client:
        found = await client.stub.GetCapabilities(pb.GetCapabilitiesRequest(), timeout=HANG_SECONDS)

    assert [(each.name, each.shape) for each in found.verifiers] == [("math", "answer"), ("code", "code")]
    assert (found.versions.ruleset, found.versions.package) == (RULESET, PACKAGE)
    assert (found.slots, found.maximum_message_bytes) == (3, 64 << 20)
    assert found.isolation.launch_mode == pb.LAUNCH_MODE_COLD
    assert found.isolation.limits_mode == pb.LIMITS_MODE_RLIMIT
    assert list(found.isolation.warnings) == ["a fake isolates nothing"]
    python, rust = found.languages
    assert (python.name, python.available, python.version) == ("python", True, "Python 3.11.2")
    assert (rust.name, rust.available, rust.reason) == ("rust", False, "apt-get install rustc")
    assert python.default_limits.cpu_time.ToSeconds() == 10
    assert "tokens" in found.checkers
    assert found.maximum_limits.memory_bytes > 0


async def connections_by_channelz(client: Client) -> set[int]:
    """Ids of the connections to the newest server of this process."""
    servers = await servers_by_channelz(client)
    asked = channelz_pb2.GetServerSocketsRequest(server_id=max(each.ref.server_id for each in servers))
    found = await channelz_pb2_grpc.ChannelzStub(client.channel).GetServerSockets(asked, timeout=HANG_SECONDS)
    return {each.socket_id for each in found.socket_ref}


async def grow_old() -> None:
    """Call until the third connection, with a call in progress on the first one all the while."""
    gate, connections = asyncio.Event(), set[int]()
    verifier = FakeVerifier(gates={"slow": gate})
    slow = pb.VerifyStreamRequest(item=pb.Item(response="slow", task=TASK))
    quick = pb.VerifyRequest(item=pb.Item(response="204", task=TASK))
    async with running(verifier, connection_seconds=0.5, channelz=True) as client:
        stream = client.stub.VerifyStream(iter([slow]))
        await verifier.arrivals(1)
        async with asyncio.timeout(HANG_SECONDS):
            while len(connections) < 3:
                await client.stub.Verify(quick)
                connections |= await connections_by_channelz(client)
                await asyncio.sleep(0.05)
        gate.set()
        answers = [answer async for answer in stream]
    assert [answer.WhichOneof("result") for answer in answers] == ["judgement"]


def test_an_old_connection_takes_no_new_calls_and_keeps_those_in_progress() -> None:
    """So that a client that never closes looks for new servers now and then, and loses nothing by it.

    In a process of its own, as clients are: gRPC for asyncio may not notice a new connection in a process
    that had a server which could not listen, on an event loop that is gone.
    """
    script = f"import asyncio; from {__name__} import grow_old; asyncio.run(grow_old())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
