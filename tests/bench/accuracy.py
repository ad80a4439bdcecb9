"""How often verdicts agree with labels, beside plain Math-Verify on the same rows.

Takes the way of any caller: the client, gRPC, the service. Sets whose labels are another grader's scores are
listed by row, each disagreement with its explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.client import Client
from rollout.embedded import embedded
from rollout.model import Trace
from rollout.tasks.table import parse_task
from tests import labelled
from tests.bench import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.labelled import Labelled

EXPLAINED = labelled.ROOT / "tests" / "cases" / "answers" / "explained" / "qwen_math_completions.jsonl"
"""Rows whose score we do not share, and whose mistake it is; each was looked at by a person."""
SCORED_BY_A_GRADER = "qwen_math_completions"


@dataclass(frozen=True, slots=True)
class Tally:
    """The verdicts of one grader about one set."""

    rows: int
    right: int
    false_rejects: int
    false_accepts: int


def tally(rows: Sequence[Labelled], accepted: Sequence[bool]) -> Tally:
    """Compare verdicts with labels. What is not judged is not accepted."""
    outcomes = [(row.expected, truth) for row, truth in zip(rows, accepted, strict=True)]
    rejects, accepts = outcomes.count((True, False)), outcomes.count((False, True))
    return Tally(len(rows), len(rows) - rejects - accepts, rejects, accepts)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Tallies by set and grader, and what is to be said about single rows."""

    tallies: Mapping[str, Mapping[str, Tally]]
    disagreements: Mapping[str, str]
    """Rows of `SCORED_BY_A_GRADER` whose score is not ours, and why."""

    def figures(self) -> Mapping[str, object]:
        """See `tests.bench.report.Report`."""
        sets = {
            name: {grader: _figures(found) for grader, found in graders.items()}
            for name, graders in self.tallies.items()
        }
        return {**sets, "disagreements": self.disagreements}

    def lines(self) -> list[str]:
        """See `tests.bench.report.Report`."""
        tables = [
            f"  {name:<24}{grader:<14}{found.right:>6} of {found.rows} right, "
            f"{found.false_rejects} false rejects, {found.false_accepts} false accepts"
            for name, graders in self.tallies.items()
            for grader, found in graders.items()
        ]
        return [*tables, *(f"  {key}: {reason}" for key, reason in self.disagreements.items())]


def _figures(found: Tally) -> Mapping[str, int]:
    return {
        "rows": found.rows,
        "right": found.right,
        "false_rejects": found.false_rejects,
        "false_accepts": found.false_accepts,
    }


async def measure() -> Accuracy:
    """Every set, by both graders."""
    tallies: dict[str, dict[str, Tally]] = {}
    disagreements: dict[str, str] = {}
    async with embedded() as service, Client(service.target) as client:
        for name in labelled.SETS:
            rows = labelled.read(name)
            ours = await accepted(client, rows)
            tallies[name] = {
                "ours": tally(rows, ours),
                "math_verify": tally(rows, list(map(plain.accepts, rows))),
            }
            if name == SCORED_BY_A_GRADER:
                disagreements = explained(rows, ours)
    return Accuracy(tallies, disagreements)


async def accepted(client: Client, rows: Sequence[Labelled]) -> list[bool]:
    """Our verdicts."""
    traces = [Trace(row.response, parse_task({"verifier": "math", "answer": row.gold})) for row in rows]
    return [score.correct is True for score in await client.verify_batch(traces)]


def explained(rows: Sequence[Labelled], accepted: Sequence[bool]) -> dict[str, str]:
    """Rows whose score is not ours, each with its reason."""
    reasons = {row["key"]: row["reason"] for row in labelled.rows(EXPLAINED)}
    return {
        row.key: reasons.get(row.key, "not explained")
        for row, truth in zip(rows, accepted, strict=True)
        if truth is not row.expected
    }
