"""Answers per second: plain Math-Verify in a loop, and the running service with its client.

Completions are what models wrote to real problems, in groups of eight as trainers sample them; each round
takes other rows, so that nothing is remembered from the one before. Who has the groups of a step hands them
to `Client.verify_batch` together: that is "a call for all". The other ways show what it costs to send groups
one by one, a few at a time, or as a stream, whose items may wait for ever. Hard pairs are those that text and
exact arithmetic do not decide; there are too few for other ones in each round, so that the loop meets pairs
that its process knows from the rounds before, and the service, whose workers live shortly, does not.
"""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING

from rollout.client import Client
from rollout.embedded import embedded
from rollout.model import Trace
from rollout.tasks.table import parse_task
from tests import labelled
from tests.bench import plain
from tests.bench.report import Parts, Rates
from tests.bench.turns import ROUNDS, take_turns
from verifier.answers import exact, extract, gold
from verifier.answers.inside import tidy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from rollout.model import Score
    from tests.bench.report import Report
    from tests.bench.turns import Rate, Turn
    from tests.labelled import Labelled

COMPLETIONS = ("qwen_math_completions", "gsm8k_model_solutions")
HARD = ("hardverify", "grader_pairs")
GROUP = 8
"""Completions of one prompt."""
TURNS = ROUNDS + 1
"""Rounds with the one that warms up."""
CALLERS = 4
"""Reward workers that send at once."""
GROUPS = 8
"""Of one larger call: 64 completions, of the thousands of a training step."""


async def measure() -> Report:
    """Both kinds of answers."""
    completions = [row for name in COMPLETIONS for row in labelled.read(name)]
    hard = [row for name in HARD for row in labelled.read(name) if needs_algebra(row)]
    async with embedded() as service, Client(service.target) as client:
        return Parts(
            {
                "completions": Rates(await _compare(client, _shares(completions))),
                "hard pairs": Rates(await _compare(client, [hard] * TURNS)),
            }
        )


def needs_algebra(row: Labelled) -> bool:
    """Whether text and exact arithmetic leave the pair undecided."""
    found = extract.answer(row.response)
    return found is not None and exact.equal(gold.read(row.gold).text, tidy.tidy(found.text)) is None


def _shares(rows: Sequence[Labelled]) -> list[Sequence[Labelled]]:
    """Rows for each round, in whole groups; every share has its part of every set."""
    groups = [rows[start : start + GROUP] for start in range(0, len(rows), GROUP)]
    return [[row for group in groups[first::TURNS] for row in group] for first in range(TURNS)]


async def _compare(client: Client, shares: Sequence[Sequence[Labelled]]) -> list[Rate]:
    """A loop; the groups of a round in calls of their own, several in each call, and all in one."""

    async def loop(share: Sequence[Labelled]) -> None:
        for row in share:
            plain.accepts(row)

    async def groups(share: Sequence[Labelled], in_a_call: int = 1) -> None:
        gate, size = asyncio.Semaphore(CALLERS), GROUP * in_a_call

        async def send(start: int) -> None:
            async with gate:
                await whole(share[start : start + size])

        await asyncio.gather(*map(send, range(0, len(share), size)))

    async def streamed(share: Sequence[Labelled]) -> None:
        stream = client.verify_stream([traces[row.key, row.gold] for row in share])
        _judged([answer.score async for answer in stream])

    async def whole(share: Sequence[Labelled]) -> None:
        _judged(await client.verify_batch([traces[row.key, row.gold] for row in share]))

    traces = {(row.key, row.gold): _trace(row) for share in shares for row in share}
    ways = {
        "Math-Verify in a loop": loop,
        f"a call for each group, {CALLERS} at once": groups,
        f"a call for {GROUPS} groups, {CALLERS} at once": functools.partial(groups, in_a_call=GROUPS),
        "a call for all": whole,
        "a stream": streamed,
    }
    return await take_turns({what: _turn(way, shares) for what, way in ways.items()})


def _turn(way: Callable[[Sequence[Labelled]], Awaitable[None]], shares: Sequence[Sequence[Labelled]]) -> Turn:
    coming = iter(shares)

    async def turn() -> int:
        share = next(coming)
        await way(share)
        return len(share)

    return turn


def _trace(row: Labelled) -> Trace:
    return Trace(row.response, parse_task({"verifier": "math", "answer": row.gold}))


def _judged(scores: Sequence[Score]) -> None:
    """An unreadable gold is an answer too, and takes its time; anything else would falsify the figure."""
    if any(not score.judged and score.failure_kind != "invalid_task" for score in scores):
        raise RuntimeError("a response of the benchmark was not judged")
