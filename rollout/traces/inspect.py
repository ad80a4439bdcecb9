"""Logs of Inspect in JSON (`inspect log convert --to json`): a document with `samples`.

A multiple-choice target is a letter, or letters. The prior score is the first scorer's; NaN and None mean
that it gave none. The log itself (`.eval`) is a zip archive and is not read.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rollout.errors import NoResponse
from rollout.traces.foreign import Foreign, with_thoughts
from rollout.traces.model import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.model import Fields
    from rollout.traces.model import Beside

_GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""Correct, partial, incorrect, no answer: `value_to_float` of Inspect."""
_REASONS = {"max_tokens": "length", "model_length": "length"}
"""As chat completions call them."""


def _samples(row: Fields, beside: Beside) -> Iterator[Sample]:
    choices = (row.get("output") or {}).get("choices") or ()
    if not choices:
        error = row.get("error") or {}
        raise NoResponse("output", f"no model has answered: {error.get('message', 'no choices')}")
    choice = choices[0]
    reason = choice.get("stop_reason")
    yield Sample(
        response=_text_of(choice["message"]),
        group=beside.local(row["id"]),
        index=int(row.get("epoch", 1)) - 1,
        key=str(row["id"]),
        gold=_target(row),
        gold_field="target",
        task=_choice_task(row),
        prompt=row["input"],
        finish_reason=_REASONS.get(reason, reason),
        prior_score=_prior(row.get("scores") or {}),
        more={} if not row.get("metadata") else {"metadata": row["metadata"]},
    )


def _text_of(message: Fields) -> str:
    """Thoughts are parts of the content of type `reasoning`."""
    content = message.get("content")
    if not isinstance(content, list):
        return with_thoughts(message)
    thoughts = "".join(part.get("reasoning") or "" for part in content if part.get("type") == "reasoning")
    return with_thoughts({"content": content, "reasoning_content": thoughts})


def _target(row: Fields) -> Any:
    target = row.get("target")
    return target.strip() if isinstance(target, str) else target


def _choice_task(row: Fields) -> dict[str, Any] | None:
    if not row.get("choices"):
        return None
    return {"verifier": "choice", "answer": _target(row), "choices": row["choices"]}


def _prior(scores: Fields) -> float | None:
    first: Fields = next(iter(scores.values()), {})
    value = first.get("value")
    if isinstance(value, str):
        return _GRADES.get(value)
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None


INSPECT = Foreign(
    "inspect",
    "`samples` of a log, with `input`, `target` and `output`",
    lambda row: {"id", "input", "target", "output"} <= set(row) and isinstance(row["output"], dict),
    _samples,
)
