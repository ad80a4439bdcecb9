"""Hostile answers through the running service, and what they cost everybody else.

A batch of ordinary answers is timed alone, sent together with all the hostile ones, and again and again while
those are under way; alone once more at the end, so that a busy minute hits both.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.client import Client
from rollout.embedded import embedded
from rollout.model import Trace
from rollout.tasks.table import parse_task
from tests import labelled
from tests.verifier.answers.adversarial import CPU_SECONDS, attacks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rollout.model import Score
    from tests.verifier.answers.adversarial import Attack

ORDINARY = 1_000
ROUNDS = 5
"""Alone, before and after; together, the first of them at the same moment as the attacks."""


@dataclass(frozen=True, slots=True)
class Attacked:
    """What came of the attacks, and of the others."""

    attacks: int
    wrongly_accepted: Sequence[str]
    over_time: Sequence[str]
    unjudged: Sequence[str]
    most_cpu_seconds: float
    alone_seconds: float
    first_seconds: float
    """Sent at the same moment as the attacks."""
    together_seconds: float
    """While they were under way: the median."""

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
            "ordinary_together_seconds": round(self.together_seconds, 3),
            "slowdown_first": round(self.first_seconds / self.alone_seconds, 2),
            "slowdown": round(self.together_seconds / self.alone_seconds, 2),
        }

    def lines(self) -> list[str]:
        """See `tests.bench.report.Report`."""
        return [f"  {name}: {value}" for name, value in self.figures().items()]


async def measure() -> Attacked:
    """All attacks, and a batch beside them."""
    tried = attacks()
    async with embedded() as service, Client(service.target) as client, Client(service.target) as hostile:
        ordinary = _ordinary()
        await _timed(client, ordinary)  # warms up
        alone = [await _timed(client, ordinary) for _ in range(ROUNDS)]
        attacking = asyncio.create_task(hostile.verify_batch([_trace(each) for each in tried]))
        await asyncio.sleep(0)
        together = [await _timed(client, ordinary) for _ in range(ROUNDS)]
        if attacking.done():
            raise RuntimeError("the attacks were over before the ordinary answers")
        scores = await attacking
        alone += [await _timed(client, ordinary) for _ in range(ROUNDS)]
    return _summed(tried, scores, alone, together)


def _summed(
    tried: Sequence[Attack], scores: Sequence[Score], alone: Sequence[float], together: Sequence[float]
) -> Attacked:
    pairs = list(zip(tried, scores, strict=True))
    cpu_seconds = [score.usage.cpu_seconds if score.usage else 0.0 for score in scores]
    return Attacked(
        attacks=len(tried),
        wrongly_accepted=[each.response[:60] for each, score in pairs if score.correct and not each.right],
        over_time=[
            each.response[:60] for each, cpu in zip(tried, cpu_seconds, strict=True) if cpu > CPU_SECONDS
        ],
        unjudged=[
            f"{each.response[:60]}: {score.failure_reason}" for each, score in pairs if not score.judged
        ],
        most_cpu_seconds=max(cpu_seconds),
        alone_seconds=statistics.median(alone),
        first_seconds=together[0],
        together_seconds=statistics.median(together),
    )


def _ordinary() -> list[Trace]:
    names = ("qwen_math_completions", "gsm8k_model_solutions")
    rows = [row for name in names for row in labelled.read(name)][:ORDINARY]
    return [Trace(row.response, parse_task({"verifier": "math", "answer": row.gold})) for row in rows]


def _trace(attack: Attack) -> Trace:
    return Trace(attack.response, parse_task({"verifier": "math", "answer": attack.gold}))


async def _timed(client: Client, traces: Sequence[Trace]) -> float:
    began = time.perf_counter()
    scores = await client.verify_batch(traces)
    if not all(score.judged for score in scores):
        raise RuntimeError("an ordinary answer was not judged")
    return time.perf_counter() - began
