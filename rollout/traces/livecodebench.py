"""Outputs of LiveCodeBench's runner, and its `_eval_all.json`: an array of problems with n outputs each.

The tests are not in it: they are joined from the data set by `question_id`. Lists for its custom evaluator
(`question_id` and `code_list`) are read, too. The raw output is judged, not `code_list`: that project cuts
code at the last two fences of any kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.errors import FieldError
from rollout.traces.foreign import Foreign, domain_of, text
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:  # noqa: ARG001  # seam
    field = "output_list" if row.get("output_list") is not None else "code_list"
    graded = row.get("graded_list")
    if graded is not None and len(graded) != len(row[field]):
        raise FieldError("graded_list", f"{len(graded)} grades for {len(row[field])} outputs")
    for index, output in enumerate(row[field]):
        yield Sample(
            response=text(output, f"{field}[{index}]"),
            group=str(row["question_id"]),
            index=index,
            key=str(row["question_id"]),
            gold_field="question_id",
            prompt=row.get("question_content"),
            domain=domain_of(row.get("platform")),
            difficulty=row.get("difficulty"),
            prior_score=None if graded is None else float(graded[index]),
            more={} if row.get("contest_date") is None else {"contest_date": row["contest_date"]},
        )


LIVECODEBENCH = Foreign(
    "livecodebench",
    "`question_id` with `output_list` or `code_list`",
    lambda row: "question_id" in row and not {"output_list", "code_list"}.isdisjoint(row),
    _samples,
)
