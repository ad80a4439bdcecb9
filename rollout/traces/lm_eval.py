"""Samples of lm-evaluation-harness (`--log_samples`): one line for each document and filter.

A filter changes how an answer is cut out, not what was sampled; of a response that stands in the file once
for each filter, the lines of the first filter are read. Multiple choice by log-likelihood has no responses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError, NoResponse
from rollout.golds.kinds import DIFFICULTY_FIELDS, text_of
from rollout.golds.tasks import task_of_row
from rollout.traces.foreign import Foreign, text
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:
    if row.get("filter") != beside.first.get("filter"):
        return
    requests = row["resps"]
    if not requests:
        raise NoResponse("resps", "empty")
    if len(requests) > 1 or not all(isinstance(reply, str) for reply in requests[0]):
        raise FieldError("resps", "log-likelihoods of choices are no responses: there is nothing to judge")
    doc = row.get("doc") or {}
    arguments = _arguments(row)
    for index, reply in enumerate(requests[0]):
        yield Sample(
            response=text(reply, f"resps[0][{index}]"),
            group=f"{_task_name(beside)}/{row['doc_id']}",
            index=index,
            key=str(row["doc_id"]),
            gold=row.get("target"),
            gold_field="target",
            task=task_of_row(doc),
            prompt=arguments.get("arg_0"),
            difficulty=text_of(doc, DIFFICULTY_FIELDS),
            sampling=arguments.get("arg_1") if isinstance(arguments.get("arg_1"), dict) else None,
            prior_score=_prior(row),
            more={"doc_id": row["doc_id"]},
        )


def _arguments(row: Fields) -> dict[str, Any]:
    """Of the first request; releases before 0.4.3 have lists in place of named arguments."""
    arguments = row.get("arguments") or {}
    if isinstance(arguments, dict):
        return dict(arguments.get("gen_args_0") or {})
    return {f"arg_{index}": value for index, value in enumerate(arguments[0])}


def _prior(row: Fields) -> float | None:
    """The first metric, where it is a number."""
    names = row.get("metrics") or ()
    value = row.get(names[0]) if names else None
    return float(value) if isinstance(value, int | float) else None


def _task_name(beside: Beside) -> str:
    """Files are called `samples_{task}_{date}.jsonl`."""
    stem = beside.file.split(".")[0].removeprefix("samples_")
    head, _, date = stem.rpartition("_")
    return head if head and date[:4].isdigit() else stem


LM_EVAL = Foreign(
    "lm-eval",
    "`doc_id`, `resps` and `filter` or `doc`",
    lambda row: {"doc_id", "resps"} <= set(row) and not {"filter", "doc"}.isdisjoint(row),
    _samples,
)
