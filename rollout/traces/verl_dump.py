"""Rollouts that verl writes while it trains or validates: `{step}.jsonl`, one sample on each line.

`trainer.rollout_data_dir` and `validation_data_dir`. Chat roles are flattened into the text of `input`; the
gold is in `gts`, for code the JSON of tests. Names of reward functions are further fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.traces.foreign import Foreign, group_of_prompt, text
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside

_READ = {"input", "output", "gts", "score", "step", "uid", "request_id"}


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:  # noqa: ARG001  # seam
    uid = row.get("uid")
    name = str(uid) if uid is not None else group_of_prompt(row["input"])
    request = row.get("request_id")
    yield Sample(
        response=text(row["output"], "output"),
        group=f"step-{row['step']}/{name}" if "step" in row else name,
        id=None if request is None else str(request),
        key=None if uid is None else str(uid),
        gold=row.get("gts"),
        gold_field="gts",
        prompt=row["input"],
        prior_score=None if row.get("score") is None else float(row["score"]),
        more={"step": row.get("step"), "extra": {name: row[name] for name in row if name not in _READ}},
    )


VERL_DUMP = Foreign(
    "verl-dump",
    "`input`, `output` and `score`, with `gts` and `step`",
    lambda row: {"input", "output", "score"} <= set(row) and not {"gts", "step"}.isdisjoint(row),
    _samples,
)
