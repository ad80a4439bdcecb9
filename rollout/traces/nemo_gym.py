"""Rollouts of NeMo Gym: `responses_create_params`, an OpenAI `response` and a `reward`.

Which field has the gold depends on the resources server: `expected_answer`, the instructions of IFEval, or
`verifier_metadata.unit_tests`. Some servers leave it to `*_materialized_inputs.jsonl`: join it by
`_ng_task_index`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.golds.kinds import instruction_task
from rollout.traces.foreign import Foreign, group_of_prompt
from rollout.traces.model import Sample
from rollout.traces.openai_batch import output_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside

_SAMPLING = ("temperature", "top_p", "max_output_tokens")


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:
    response, reason = output_of(row["response"])
    request = row["responses_create_params"]
    index = row.get("_ng_task_index")
    yield Sample(
        response=response,
        group=group_of_prompt(request["input"]) if index is None else beside.local(index),
        index=row.get("_ng_rollout_index") or 0,
        key=None if index is None else str(index),
        gold=_gold(row),
        gold_field="expected_answer",
        task=instruction_task(row) if "instruction_id_list" in row else None,
        prompt=request["input"],
        finish_reason=reason,
        sampling={name: request[name] for name in _SAMPLING if request.get(name) is not None} or None,
        prior_score=None if row.get("mask_sample") or row.get("reward") is None else float(row["reward"]),
        more={name: row[name] for name in ("failure_kind", "failure_reason") if row.get(name)},
    )


def _gold(row: Fields) -> Any:
    tests = (row.get("verifier_metadata") or {}).get("unit_tests") or row.get("unit_tests")
    return tests if tests is not None else row.get("expected_answer")


NEMO_GYM = Foreign(
    "nemo-gym",
    "`responses_create_params` and `response`",
    lambda row: "responses_create_params" in row and isinstance(row.get("response"), dict),
    _samples,
)
