"""A call that ends early ends its jails: by its deadline or because it is given up, whichever way it came."""

from __future__ import annotations

import asyncio

import pytest

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from tests.e2e.chaos import killing
from tests.e2e.chaos.served import HANG_SECONDS, Served, served

pytestmark = pytest.mark.heavy

LIMITS = {"cpu_seconds": 60}
GONE_SECONDS = 30
"""By itself, a program that computes would end no earlier than after a minute."""
TASK = parse_task(
    {
        "verifier": "code",
        "language": "python",
        "tests": {"inputs": ["4"], "outputs": ["16"]},
        "limits": LIMITS,
    }
)
ENDLESS = Trace("```python\nwhile True: pass\n```", TASK)
RIGHT = Trace("```python\nprint(int(input()) ** 2)\n```", TASK)
KINDS = ("verify", "batch", "stream")


async def ask(client: Client, kind: str, seconds: float | None) -> str | None:
    """Why a program that never ends was not judged, asked for in one of three ways."""
    if kind == "verify":
        return (await client.verify(ENDLESS, timeout_seconds=seconds)).failure_kind
    if kind == "batch":
        return (await client.verify_batch([ENDLESS], timeout_seconds=seconds))[0].failure_kind
    answers = client.verify_stream([ENDLESS], timeout_seconds=seconds)
    return (await anext(answers)).score.failure_kind


async def jails(service: Served, *, at_least: int = 0, at_most: int = 1000) -> None:
    """Wait until there are so many."""
    async with asyncio.timeout(HANG_SECONDS if at_least else GONE_SECONDS):
        while not at_least <= len(killing.victims(service)["init"]) <= at_most:  # noqa: ASYNC110 - see below
            await asyncio.sleep(0.01)  # another process's children: nobody tells


async def test_a_jail_ends_with_the_call_that_asked_for_it() -> None:
    """And its slot is free: there are two, and six calls that would need a minute of processor each."""
    async with served() as service, Client(service.address) as client:
        for kind in KINDS:
            assert await ask(client, kind, 2.0) == "deadline_exceeded"
            await jails(service, at_most=0)
        for kind in KINDS:
            asked = asyncio.create_task(ask(client, kind, None))
            await jails(service, at_least=1)
            asked.cancel()
            await jails(service, at_most=0)
        score = await client.verify(RIGHT, timeout_seconds=HANG_SECONDS)

    assert score.verdict is Verdict.ACCEPTED, score.failure_reason
