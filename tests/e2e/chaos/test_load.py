"""Many requests of every kind at once, through one stream: exactly one answer each, the verdicts of an
unloaded run, and a service that does not grow."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from typing import TYPE_CHECKING

import pytest

from rollout.client import Client
from rollout.desk import Window
from rollout.model import Trace
from rollout.tasks.table import parse_task
from tests.e2e.chaos import work
from tests.e2e.chaos.served import HANG_SECONDS, served

if TYPE_CHECKING:
    from rollout.model import Score, Verdict
    from tests.e2e.chaos.served import Served

pytestmark = pytest.mark.heavy

ITEMS = int(os.environ.get("CHAOS_ITEMS", "1000"))
WARM_ITEMS = min(1000, ITEMS // 2)
"""After which memory is looked at for the first time: connections are open, and runtimes warm."""
DISTINCT_ANSWERS = 20_000
"""Before that: what the server remembers of answers is full (16,384 numerals, 4,096 judgements)."""
GROWTH = 1.1
PROGRAMS_AT_ONCE = 2 * 4
"""Two slots, and four programs for each in progress (`verifier.server`)."""
OVERLOAD = Window(items=4 * PROGRAMS_AT_ONCE * 4)
"""Four times as many programs as are in progress at once, since about a third of the pieces are programs."""
UNLOADED = Window(items=2)


async def test_load_changes_no_verdict_loses_no_answer_and_memory_stays() -> None:
    pieces = list(itertools.islice(work.pieces(), ITEMS))
    async with served() as service:
        async with Client(service.address, window=OVERLOAD, connections=1) as client:
            await _fill_caches(client)
            loaded, memory = await _judged(client, pieces, service)
        async with Client(service.address, window=UNLOADED, connections=1) as client:
            alone, _ = await _judged(client, pieces, service)
    sys.stdout.write(
        f"{ITEMS} pieces; MB of the server after each {WARM_ITEMS}: {[m >> 20 for m in memory]}\n"
    )

    assert [index for index, scores in enumerate(loaded) if len(scores) != 1] == []
    both = zip(pieces, loaded, alone, strict=True)
    changed = [(piece.trace.id, _of(under), _of(one)) for piece, under, one in both if _of(under) != _of(one)]
    assert changed == []
    wrong = [
        (piece.trace.id, scores[0].verdict, scores[0].detail, scores[0].failure_reason)
        for piece, scores in zip(pieces, loaded, strict=True)
        if scores[0].verdict is not piece.wanted
    ]
    assert wrong == []
    assert max(memory[1:], default=0) <= GROWTH * memory[0]


async def _fill_caches(client: Client) -> None:
    task = parse_task({"verifier": "math", "answer": "204"})
    scores = await client.verify_batch([Trace(rf"\boxed{{{n}}}", task) for n in range(DISTINCT_ANSWERS)])
    assert [n for n, score in enumerate(scores) if score.correct] == [204]


async def _judged(
    client: Client, pieces: list[work.Piece], service: Served
) -> tuple[list[list[Score]], list[int]]:
    """The answers of every piece, and the memory of the server after each so many."""
    answers: list[list[Score]] = [[] for _ in pieces]
    memory = []
    async with asyncio.timeout(HANG_SECONDS + len(pieces)):
        count = 0
        async for answer in client.verify_stream(piece.trace for piece in pieces):
            answers[answer.index].append(answer.score)
            count += 1
            if count % WARM_ITEMS == 0:
                memory.append(service.memory_bytes())
    return answers, memory


def _of(scores: list[Score]) -> list[tuple[Verdict, float | None, bool | None]]:
    return [(score.verdict, score.score, score.correct) for score in scores]
