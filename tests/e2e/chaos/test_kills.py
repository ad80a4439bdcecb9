"""A kill every second, of any part of the service, while it works. `make chaos` kills for minutes."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from rollout.access import Access
from rollout.client import Client
from rollout.desk import Window
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.tasks.table import parse_task
from tests.e2e.chaos import killing, work
from tests.e2e.chaos.served import HANG_SECONDS, Served, kept, served
from verifier.access.tokens import sha256

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from rollout.model import Score

pytestmark = pytest.mark.heavy

SECONDS = float(os.environ.get("CHAOS_SECONDS", "10"))
"""Of kills, for each way of running a service."""
READY_GUARD_SECONDS = HANG_SECONDS
"""Five are promised on a machine of its own; the figure that was seen is printed."""
PERSISTENT = RetryPolicy(attempts=100, losses=100, patience_seconds=HANG_SECONDS)
"""Goes on for as long as somebody kills: by default a client takes three lost connections as a hint."""
SMALL = Window(items=32)
"""What is under way when a server dies twice flies alone from then on, one after the other."""
PATIENCE_SECONDS = 0.9
KINDS = ("server", "nsjail", "template", "init", "worker")
WORKER, STRANGER = Access("worker"), Access("stranger")
"""Two clients: what one of them has in the queue is no reason for the other one to wait."""
CANARY = Trace(
    "```python\nprint(int(input()) ** 2)\n```",
    parse_task({"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["16"]}}),
)


@dataclass
class Seen:
    """What came of it."""

    sent: list[work.Piece] = field(default_factory=list)
    answers: dict[int, list[Score]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    ready_seconds: list[tuple[float, str]] = field(default_factory=list)

    @property
    def lost(self) -> list[str]:
        """Pieces that did not get exactly one judgement."""
        return [
            f"{piece.trace.id}: {[score.failure_reason for score in self.answers.get(index, [])]}"
            for index, piece in enumerate(self.sent)
            if [score.judged for score in self.answers.get(index, [])] != [True]
        ]

    @property
    def wrong(self) -> list[str]:
        """Judgements that nobody deserves."""
        return [
            f"{self.sent[index].trace.id}: {score.verdict.name}: {score.detail}"
            for index, scores in self.answers.items()
            for score in scores
            if score.judged and score.verdict is not self.sent[index].wanted
        ]


@pytest.mark.parametrize("processes", [1, 2])
async def test_kills_lose_nothing_change_nothing_and_leave_nothing(processes: int, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("".join(f"{each.token} {sha256(str(each.token))}\n" for each in (WORKER, STRANGER)))
    measures = {
        "VERIFIER_PROCESSES": str(processes),
        "VERIFIER_SLOTS": str(2 * processes),
        "VERIFIER_TOKENS": str(tokens),
    }
    async with served(**measures) as service:
        seen = Seen()
        async with kept(service):
            await asyncio.gather(_stream(service, seen), _kill(service, seen))
            assert await _ready_again(service) is Verdict.ACCEPTED
        service.note_cgroups()
        await service.stop()
        slowest = sorted(seen.ready_seconds)[-3:]
        sys.stdout.write(
            f"{processes} processes: {len(seen.sent)} pieces, killed {dict(seen.killed)}, "
            f"ready again after {slowest}\n"
        )
        assert seen.lost == []
        assert seen.wrong == []
        assert service.left_behind() == []
        assert slowest[-1][0] < READY_GUARD_SECONDS


async def _stream(service: Served, seen: Seen) -> None:
    """Work until it is enough; every answer is noted."""
    ends = time.monotonic() + SECONDS

    async def traces() -> AsyncIterator[Trace]:
        for piece in work.pieces():
            if time.monotonic() > ends:
                return
            seen.sent.append(piece)
            yield piece.trace

    async with (
        asyncio.timeout(SECONDS + HANG_SECONDS),
        Client(service.address, access=WORKER, policy=PERSISTENT, window=SMALL) as client,
    ):
        async for answer in client.verify_stream(traces()):
            seen.answers.setdefault(answer.index, []).append(answer.score)


async def _kill(service: Served, seen: Seen) -> None:
    """One kill a second, if there is somebody of the kind whose turn it is; each is followed by a client of
    its own that asks for a verdict.

    A server is killed only when the service has judged something since the last one was: otherwise it would
    be killed while it starts, for ever.
    """
    chance = random.Random(6)
    ends = time.monotonic() + SECONDS
    recovering: asyncio.Task[None] | None = None
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < ends:
            service.note_cgroups()
            is_back = recovering is None or recovering.done()
            next_second = time.monotonic() + 1
            wanted = chance.choice(KINDS if is_back else KINDS[1:])
            if kind := await _kill_in_time(service, chance, wanted):
                seen.killed[kind] += 1
                asking = group.create_task(_time_to_ready(service, seen, kind))
                recovering = asking if kind == "server" else recovering
            await asyncio.sleep(max(0.0, next_second - time.monotonic()))


async def _kill_in_time(service: Served, chance: random.Random, kind: str) -> str:
    """Workers are there for milliseconds, and templates are not while they start: look for a while."""
    until = time.monotonic() + PATIENCE_SECONDS
    killed = ""
    while not killed and time.monotonic() < until:
        killed = killing.kill_one(service, chance, (kind,))
        await asyncio.sleep(0.005)
    return killed


async def _time_to_ready(service: Served, seen: Seen, kind: str) -> None:
    began = time.monotonic()
    verdict = await _ready_again(service)
    seen.ready_seconds.append((round(time.monotonic() - began, 1), kind))
    assert verdict is Verdict.ACCEPTED, f"after a {kind} was killed"


async def _ready_again(service: Served) -> Verdict:
    async with Client(service.address, access=STRANGER, policy=PERSISTENT) as client:
        return (await client.verify(CANARY, timeout_seconds=HANG_SECONDS)).verdict
