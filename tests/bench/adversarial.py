"""Hostile answers through the running service, and what they cost everybody else.

Their client is a process of its own, as an attacker's is, and has its message ready, since it would make that
on a machine of its own. A batch of ordinary answers is timed alone, sent at the same moment as all hostile
ones, and again and again while those are under way; several times over, with a pause between, so that a busy
minute hits all three. The last time the hostile ones are waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc

from rollout.client import Client
from rollout.embedded import embedded
from rollout.model import Trace
from rollout.tasks.table import parse_task
from rollout.text import without_surrogates
from tests import labelled
from tests.verifier.answers.adversarial import CPU_SECONDS, attacks
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from tests.verifier.answers.adversarial import Attack

    Told = tuple[bool | None, float, str | None]
    """Of an attack: whether it was accepted, the processor time it took, and why it was not judged."""

ORDINARY = 1_000
ATTACKS = 9
"""Begun anew; all but the last are broken off."""
ROUNDS = 5
"""Of ordinary answers in each attack, and before it."""
PAUSE_SECONDS = 2.0
"""In which the service gets over a client that is gone."""


@dataclass(frozen=True, slots=True)
class Attacked:
    """What came of the attacks, and of the others."""

    attacks: int
    wrongly_accepted: Sequence[str]
    over_time: Sequence[str]
    unjudged: Sequence[str]
    most_cpu_seconds: float
    alone_seconds: float
    """Medians, all three."""
    first_seconds: float
    """Sent at the same moment as the attacks."""
    later_seconds: float
    """Sent while they were under way."""

    def figures(self) -> Mapping[str, object]:
        """See `tests.bench.report.Report`."""
        return {
            "attacks": self.attacks,
            "wrongly_accepted": list(self.wrongly_accepted),
            "over_time": list(self.over_time),
            "unjudged": list(self.unjudged),
            "most_cpu_seconds": round(self.most_cpu_seconds, 3),
            "ordinary_alone_seconds": round(self.alone_seconds, 3),
            "ordinary_first_seconds": round(self.first_seconds, 3),
            "ordinary_later_seconds": round(self.later_seconds, 3),
            "slowdown_first": round(self.first_seconds / self.alone_seconds, 2),
            "slowdown_later": round(self.later_seconds / self.alone_seconds, 2),
        }

    def lines(self) -> list[str]:
        """See `tests.bench.report.Report`."""
        return [f"  {name}: {value}" for name, value in self.figures().items()]


async def measure() -> Attacked:
    """All attacks, and a batch beside them."""
    ordinary = _ordinary()
    alone: list[float] = []
    first: list[float] = []
    later: list[float] = []
    async with embedded() as service, Client(service.target) as client:
        await _timed(client, ordinary)  # warms up
        for number in range(1, ATTACKS + 1):
            alone += [await _timed(client, ordinary) for _ in range(ROUNDS)]
            async with _attacking(service.target) as hostile:
                first.append(await _timed(client, ordinary))
                later += [await _timed(client, ordinary) for _ in range(ROUNDS - 1)]
                if hostile.returncode is not None:
                    raise RuntimeError("the attacks were over before the ordinary answers")
                if number == ATTACKS:
                    assert hostile.stdout is not None
                    told = json.loads(await hostile.stdout.readline())
            await asyncio.sleep(PAUSE_SECONDS)
    return _summed(attacks(), told, alone, first, later)


@contextlib.asynccontextmanager
async def _attacking(target: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A client that sends all attacks, from when this begins; it is killed at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.adversarial", target),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 26,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        await process.stdout.readline()  # it is connected
        process.stdin.write(b"\n")
        await process.stdin.drain()
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _attack(target: str) -> None:
    """What that process does: says that it is there, waits for a line, and tells what came of the attacks."""
    message = _message(attacks())
    async with grpc.aio.insecure_channel(target) as channel:
        verify_batch = channel.unary_unary(
            "/verifier.v1.VerifierService/VerifyBatch",
            response_deserializer=pb.VerifyBatchResponse.FromString,
        )
        await channel.channel_ready()
        _say("ready")
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        answered = await verify_batch(message)
    _say(json.dumps([_told(result) for result in answered.results]))


def _message(tried: Sequence[Attack]) -> bytes:
    request = pb.VerifyBatchRequest()
    for each in tried:
        request.tasks[each.gold].answer.answers[:] = [each.gold]
        request.tasks[each.gold].verifier = "math"
        request.items.add(response=without_surrogates(each.response), task_key=each.gold)
    return request.SerializeToString()


def _told(result: pb.VerifyBatchResult) -> Told:
    if result.HasField("error"):
        return None, 0.0, result.error.message
    judgement = result.judgement
    return judgement.correct, judgement.usage.cpu.ToTimedelta().total_seconds(), None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _summed(
    tried: Sequence[Attack],
    told: Sequence[Told],
    alone: Sequence[float],
    first: Sequence[float],
    later: Sequence[float],
) -> Attacked:
    pairs = [(each, *one) for each, one in zip(tried, told, strict=True)]
    return Attacked(
        attacks=len(tried),
        wrongly_accepted=[each.response[:60] for each, correct, *_ in pairs if correct and not each.right],
        over_time=[each.response[:60] for each, _, cpu, _ in pairs if cpu > CPU_SECONDS],
        unjudged=[f"{each.response[:60]}: {reason}" for each, _, _, reason in pairs if reason is not None],
        most_cpu_seconds=max(cpu for _, _, cpu, _ in pairs),
        alone_seconds=statistics.median(alone),
        first_seconds=statistics.median(first),
        later_seconds=statistics.median(later),
    )


def _ordinary() -> list[Trace]:
    names = ("qwen_math_completions", "gsm8k_model_solutions")
    rows = [row for name in names for row in labelled.read(name)][:ORDINARY]
    return [Trace(row.response, parse_task({"verifier": "math", "answer": row.gold})) for row in rows]


async def _timed(client: Client, traces: Sequence[Trace]) -> float:
    began = time.perf_counter()
    scores = await client.verify_batch(traces)
    if not all(score.judged for score in scores):
        raise RuntimeError("an ordinary answer was not judged")
    return time.perf_counter() - began


if __name__ == "__main__":
    asyncio.run(_attack(sys.argv[1]))
