"""Scores the records of a plan: sends them, puts answers back in order, writes lines and adds them up.

Holds a bounded number of records, however many there are: those that wait for an answer, and those whose
answer waits for an earlier record's.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rollout.errors import Unreachable
from rollout.scoring.lines import scored_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator

    from rollout.model import Answer, Score, Trace
    from rollout.report.summary import Tally
    from rollout.scoring.output import Output
    from rollout.scoring.plan import Plan
    from rollout.traces.model import Record
    from verifier.v1 import verifier_pb2 as pb

HELD_RECORDS = 4096
"""Records between the one being written and the last one read: one slow program must not stop the others."""

HELD_BYTES = 256 << 20
"""The same in bytes of text; one record is always held."""


class Judge(Protocol):
    """Whom traces are sent to: the client of a service, or a cluster of them."""

    async def capabilities(self) -> pb.GetCapabilitiesResponse:
        """What it can judge, and by which rules."""

    def verify_stream(self, traces: AsyncIterator[Trace]) -> AsyncGenerator[Answer, None]:
        """Exactly one answer for each trace, in any order."""


async def score_records(
    plan: Plan, judge: Judge, ruleset: str, output: Output, tally: Tally, progressed: Callable[[int], None]
) -> None:
    """Score everything that an earlier run has not.

    Args:
        plan: what to score.
        judge: of the records.
        ruleset: of the judge; kept lines of another one are judged anew.
        output: takes the lines, in order.
        tally: counts every record, kept ones too.
        progressed: told after each step how many records are through.

    Raises:
        Unreachable: nobody answers any more. What is written is in order and whole.
        InputError: an input has changed since the plan was made.
    """
    through = 0
    for record, score in output.kept(plan.read(), ruleset):
        tally.add(record.trace.group, score)
        through += 1
        progressed(through)
    line = _Line(itertools.islice(plan.read(), through, None))
    async for answer in judge.verify_stream(line.traces()):
        if answer.score.failure_kind == Unreachable.kind:
            await judge.capabilities()  # raises where this is more than one lost item
        for held, score in line.settle(answer.index, answer.score):
            output.write(scored_line(held.text.decode(), score))
            tally.add(held.group, score)
            through += 1
        progressed(through)


@dataclass(frozen=True, slots=True)
class _Held:
    """What is needed of a record once it is sent."""

    text: bytes
    """In UTF-8: one odd character makes Python use four bytes for every other one of a text."""
    group: str | None


class _Line:
    """Records standing in line: drawn in order, scored in any, let go in order again."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records
        self._held: dict[int, _Held] = {}
        self._scores: dict[int, Score] = {}
        self._next = 0
        self._held_bytes = 0
        self._let_go = asyncio.Event()

    async def traces(self) -> AsyncIterator[Trace]:
        """The traces of the records, as fast as others are let go."""
        for index, record in enumerate(self._records):
            held = _Held(record.text.encode(), record.trace.group)
            size = len(held.text)
            while self._held and (len(self._held) >= HELD_RECORDS or self._held_bytes + size > HELD_BYTES):
                self._let_go.clear()
                await self._let_go.wait()
            self._held[index] = held
            self._held_bytes += size
            yield record.trace

    def settle(self, index: int, score: Score) -> Iterator[tuple[_Held, Score]]:
        """Note a score; the records that can be let go now, with theirs."""
        self._scores[index] = score
        while self._next in self._scores:
            held = self._held.pop(self._next)
            self._held_bytes -= len(held.text)
            yield held, self._scores.pop(self._next)
            self._next += 1
        self._let_go.set()
