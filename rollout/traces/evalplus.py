"""Samples of EvalPlus, and its results: `task_id` with a `solution` or a `completion`.

The tests are joined from HumanEval or MBPP by `task_id`. A solution is a whole program, a completion goes on
where the prompt ends. In a file of results (`{date, hash, eval}`), what EvalPlus found is the prior score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.traces.foreign import Foreign, text
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside

_PASS = "pass"  # noqa: S105  # a status


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:  # noqa: ARG001  # seam
    field = "solution" if row.get("solution") is not None else "completion"
    yield Sample(
        response=text(row.get(field), field),
        group=str(row["task_id"]),
        id=row.get("_identifier") or str(row["task_id"]),
        key=str(row["task_id"]),
        gold_field="task_id",
        continues_prompt=field == "completion",
        prior_score=_prior(row),
    )


def _prior(row: Fields) -> float | None:
    """1 where it passes the tests of the benchmark and, where they were run, those that EvalPlus added."""
    if row.get("base_status") is None:
        return None
    return float(all(row.get(name) in (_PASS, None) for name in ("base_status", "plus_status")))


EVALPLUS = Foreign(
    "evalplus",
    "`task_id` with `solution` or `completion`",
    lambda row: "task_id" in row and not {"solution", "completion"}.isdisjoint(row),
    _samples,
)
