"""Outputs of the evaluation of Qwen2.5-Math, which many reports use: a problem on each line.

Completions are in `code`, whatever they hold; `pred` and `score` have what that project found in each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.errors import FieldError
from rollout.golds.kinds import DIFFICULTY_FIELDS, DOMAIN_FIELDS, text_of
from rollout.traces.foreign import Foreign, text
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:
    completions, scores = row["code"], row.get("score") or ()
    if scores and len(scores) != len(completions):
        raise FieldError("score", f"{len(scores)} scores for {len(completions)} completions")
    for index, completion in enumerate(completions):
        yield Sample(
            response=text(completion, f"code[{index}]"),
            group=beside.local(row["idx"]),
            index=index,
            key=str(row["idx"]),
            gold=row.get("gt"),
            gold_field="gt",
            prompt=row.get("question"),
            domain=text_of(row, DOMAIN_FIELDS),
            difficulty=text_of(row, DIFFICULTY_FIELDS),
            prior_score=float(scores[index]) if scores else None,
        )


QWEN_MATH = Foreign(
    "qwen-math",
    "`idx`, `gt` and a list `code`",
    lambda row: {"idx", "gt"} <= set(row) and isinstance(row.get("code"), list),
    _samples,
)
