"""SIGTERM at any moment, whatever else happens then: the service ends, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time

import pytest

from rollout.client import Client
from rollout.errors import RolloutError
from tests.e2e.chaos import killing, work
from tests.e2e.chaos.served import Served, prepared

pytestmark = pytest.mark.heavy

ENDINGS = int(os.environ.get("CHAOS_ENDINGS", "4"))
"""Services that are ended, one after the other."""
SEED = int(os.environ.get("CHAOS_SEED", "6"))
GRACE_SECONDS = 1
MARGIN_SECONDS = 60
"""By then a process ends by force, which is no good ending: here, status 0 is wanted."""
START_SECONDS = 8.0
"""As long as a start takes on a busy machine: signals come before there is a handler, and later."""
WORK_SECONDS = 3.0
PARTS = ("nsjail", "template", "init", "worker")
TROUBLE = {"alone": None, "with a kill": signal.SIGKILL, "with a stop": signal.SIGSTOP}
"""What else happens at the same moment, to a part of the service."""


async def test_whenever_it_is_asked_to_a_service_ends_and_leaves_nothing() -> None:
    chance = random.Random(SEED)
    for number in range(ENDINGS):
        measures = {
            "VERIFIER_STOP_GRACE_SECONDS": str(GRACE_SECONDS),
            "VERIFIER_PROCESSES": str(1 + number % 2),
        }
        async with prepared(**measures) as service:
            while_what = await (_while_it_starts if number // 2 % 2 else _while_it_works)(service, chance)
            assert service.process is not None
            began = time.monotonic()
            service.process.terminate()
            async with asyncio.timeout(GRACE_SECONDS + MARGIN_SECONDS):
                status = await service.process.wait()
            took = time.monotonic() - began
            sys.stdout.write(f"{measures} {while_what}: status {status} after {took:.1f} s\n")
            sys.stdout.flush()
            assert status == 0 or (status == -signal.SIGTERM and "starts" in while_what), service.log
            assert "Traceback" not in service.log, service.log
            assert await service.left_in_the_end() == []


async def _while_it_starts(service: Served, chance: random.Random) -> str:
    await service.begin()
    seconds = chance.uniform(0, START_SECONDS)
    await asyncio.sleep(seconds)
    return f"{seconds:.1f} s after it starts"


async def _while_it_works(service: Served, chance: random.Random) -> str:
    await service.start()
    working = asyncio.create_task(_work(service.address))
    try:
        await asyncio.sleep(chance.uniform(0, WORK_SECONDS))
        service.note_cgroups()
        name = chance.choice(sorted(TROUBLE))
        number = TROUBLE[name]
        return name if number is None else f"{name} of {killing.kill_one(service, chance, PARTS, number)}"
    finally:
        asyncio.get_running_loop().call_later(1, working.cancel)


async def _work(address: str) -> None:
    """More than can be done, by a client that is gone a little later."""
    with contextlib.suppress(RolloutError, asyncio.CancelledError):
        async with Client(address) as client:
            async for _ in client.verify_stream(piece.trace for piece in work.pieces()):
                pass
