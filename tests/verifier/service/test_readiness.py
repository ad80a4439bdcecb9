"""Ready means that a known-good program passes now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from sandbox.errors import Busy, SandboxError
from tests.fakes import FakeSandbox, FakeVerifier, found_languages, running
from verifier.server import listening
from verifier.settings import Settings

if TYPE_CHECKING:
    import contextlib
    from pathlib import Path

    from sandbox.model import Jail, Program

HANG_SECONDS = 60
Health = health_pb2.HealthCheckResponse


class BreakableSandbox(FakeSandbox):
    """Fails as told."""

    failure: SandboxError

    def open(self, program: Program, *, alone: bool = False) -> contextlib.AbstractAsyncContextManager[Jail]:
        """Fail."""
        raise self.failure


async def watched(channel: grpc.aio.Channel, name: str) -> grpc.aio.UnaryStreamCall:
    """The health of a service as it changes."""
    return health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=name))


async def test_a_service_whose_jails_fail_is_not_ready_and_stays_alive(tmp_path: Path) -> None:
    sandbox = BreakableSandbox()
    sandbox.failure = SandboxError("no jail starts")
    settings = Settings(listen=f"unix:{tmp_path}/s", probe_seconds=0.05)
    async with (
        asyncio.timeout(HANG_SECONDS),
        listening(settings, sandbox, {"math": FakeVerifier()}, found_languages()) as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        ready, alive = await watched(channel, ""), await watched(channel, "alive")
        while (await ready.read()).status != Health.NOT_SERVING:
            pass
        sandbox.failure = Busy("full")  # full of work is not broken
        while (await ready.read()).status != Health.SERVING:
            pass
        assert (await alive.read()).status == Health.SERVING


@pytest.mark.heavy
async def test_a_service_that_can_judge_again_says_so_soon(tmp_path: Path) -> None:
    sandbox = BreakableSandbox()
    sandbox.failure = SandboxError("no jail starts")
    settings = Settings(listen=f"unix:{tmp_path}/s", probe_seconds=20)
    async with (
        listening(settings, sandbox, {"math": FakeVerifier()}, found_languages()) as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        ready = await watched(channel, "")
        async with asyncio.timeout(HANG_SECONDS):
            while (await ready.read()).status != Health.NOT_SERVING:
                pass
        sandbox.failure = Busy("full")
        async with asyncio.timeout(settings.probe_seconds / 2):
            while (await ready.read()).status != Health.SERVING:
                pass


async def test_health_has_an_address_of_its_own_where_that_is_wanted(tmp_path: Path) -> None:
    own = f"unix:{tmp_path}/health"
    async with running(FakeVerifier(), health_listen=own), grpc.aio.insecure_channel(own) as channel:
        request = health_pb2.HealthCheckRequest()
        assert (await health_pb2_grpc.HealthStub(channel).Check(request)).status == Health.SERVING
        names = await channel.unary_unary("/verifier.v1.VerifierService/GetCapabilities")(b"").code()
        assert names is grpc.StatusCode.UNIMPLEMENTED
