"""What `verifier plan` predicts, beside a real run: two server processes, answers and programs mixed.

Throughput is predicted for cores that do nothing else, and the client takes some of theirs here; processor
time is what the prediction is made of.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.client import Client
from rollout.model import Verdict
from tests.bench.report import Parts, Rates
from tests.bench.turns import Rate
from tests.e2e.test_fleet import serving
from verifier.plan import measure as measuring
from verifier.plan import processes, sizing
from verifier.plan.model import Workload

if TYPE_CHECKING:
    from tests.bench.report import Report
    from verifier.plan.model import Profile

PROCESSES = 2
TESTS = 5
WORKLOAD = Workload(
    rollouts=600,
    mix={"math": 0.5, "python": 0.5},
    symbolic=0.2,
    tests=TESTS,
    test_seconds=0.0,
    timeouts=0.0,
)
"""Programs that greet compute nothing to speak of: all that is predicted was measured."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one run."""

    predicted_seconds: float
    """Processor time."""
    used_seconds: float
    wall_seconds: float

    @property
    def ratio(self) -> float:
        """Processor time used, as a multiple of what was predicted."""
        return self.used_seconds / self.predicted_seconds


async def measure() -> Report:
    """Measure a profile, then run what it is to predict."""
    found = await compare(await measuring.measure(["python"], lambda _: None))
    cores = min(PROCESSES, len(os.sched_getaffinity(0)))
    count = WORKLOAD.rollouts
    return Parts(
        {
            "for a second of processor time": Rates(
                [Rate("predicted", count / found.predicted_seconds), Rate("used", count / found.used_seconds)]
            ),
            "by the clock": Rates(
                [
                    Rate(f"predicted for {cores} cores", cores * count / found.predicted_seconds),
                    Rate(f"{PROCESSES} server processes", count / found.wall_seconds),
                ]
            ),
        }
    )


async def compare(profile: Profile) -> Comparison:
    """Run the workload with two server processes.

    Raises:
        RuntimeError: a right answer was not accepted.
    """
    answers = round(WORKLOAD.rollouts * WORKLOAD.mix["math"])
    symbolic = round(answers * WORKLOAD.symbolic)
    program = measuring.program("python", TESTS)
    traces = [
        *map(measuring.symbolic_answer, range(symbolic)),
        *map(measuring.plain_answer, range(answers - symbolic)),
        *map(program, range(WORKLOAD.rollouts - answers)),
    ]
    random.Random(0).shuffle(traces)
    async with serving(VERIFIER_PROCESSES=str(PROCESSES)) as (process, address), Client(address) as client:
        await client.verify(program(WORKLOAD.rollouts))
        before, began = processes.used(process.pid), time.perf_counter()
        async for answer in client.verify_stream(traces):
            if answer.score.verdict is not Verdict.ACCEPTED:
                raise RuntimeError(f"a right answer was not accepted: {answer.score}")
        wall_seconds = time.perf_counter() - began
        after = processes.used(process.pid)
    used = after.own_seconds + after.below_seconds - before.own_seconds - before.below_seconds
    return Comparison(sizing.step_cost(profile, WORKLOAD).seconds, used, wall_seconds)
