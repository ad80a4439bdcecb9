"""Ways of sending the same responses: one call each, one batch, one stream."""

from __future__ import annotations

import asyncio

from rollout.client import Client
from rollout.embedded import embedded
from rollout.model import Score, Trace
from rollout.tasks.table import parse_task
from tests.bench.report import Rates
from tests.bench.turns import take_turns

ITEMS = 500
CALLS_AT_ONCE = 64
"""As many as a trainer's reward workers would make."""
TRACES = [Trace(f"\\boxed{{{n}}}", parse_task({"verifier": "math", "answer": "7"})) for n in range(ITEMS)]
"""Integers: the cheapest check there is, so that the way they travel shows."""


async def measure() -> Rates:
    """Responses that are decided without a jail, over a unix socket."""
    async with embedded() as service, Client(service.target) as client:

        async def unary() -> int:
            gate = asyncio.Semaphore(CALLS_AT_ONCE)

            async def one(trace: Trace) -> Score:
                async with gate:
                    return await client.verify(trace)

            return _judged(await asyncio.gather(*map(one, TRACES)))

        async def batch() -> int:
            return _judged(await client.verify_batch(TRACES))

        async def stream() -> int:
            return _judged([answer.score async for answer in client.verify_stream(TRACES)])

        return Rates(await take_turns({"Verify": unary, "VerifyBatch": batch, "VerifyStream": stream}))


def _judged(scores: list[Score]) -> int:
    if not all(score.judged for score in scores):
        raise RuntimeError(f"a response of the benchmark was not judged: {scores[0]}")
    return len(scores)
