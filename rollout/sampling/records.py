"""Samples as native records: what `rollout sample` writes, `rollout score` reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rollout.jsontext import one_line
from rollout.model import Trace
from rollout.rows.model import plain
from rollout.text import without_surrogates
from rollout.traces.native import whole_response

if TYPE_CHECKING:
    from rollout.sampling.model import Completion, Sample, Sampling, Source

CUT_OFF = "length"
"""The finish reason of a response that is not whole."""


def record_text(sample: Sample, source: Source) -> str:
    """The record, on one line. Tasks are repeated in each, so that a line can be judged by itself."""
    completion = _completion(sample)
    fields: dict[str, Any] = {
        "id": sample.id,
        "group": sample.prompt.name,
        "prompt": sample.prompt.content,
        "response": completion.text,
        "reasoning_content": completion.reasoning,
        "domain": sample.prompt.domain,
        "difficulty": sample.prompt.difficulty,
        "task": sample.prompt.task,
        "finish_reason": completion.finish_reason,
        "truncated": completion.finish_reason == CUT_OFF,
        "n_tokens": completion.tokens,
        "n_prompt_tokens": completion.prompt_tokens,
        "sampled_logprobs": None if completion.logprobs is None else list(completion.logprobs),
        "sampling": sampling_fields(sample.sampling, source),
    }
    known = {name: value for name, value in fields.items() if value is not None}
    return one_line(without_surrogates(json.dumps(known, ensure_ascii=False, default=plain)))


def sampling_fields(sampling: Sampling, source: Source) -> dict[str, Any]:
    """How a record was sampled, and from what."""
    return {"model": source.model, "engine": source.engine, **sampling.to_json()}


def trace_of(sample: Sample) -> Trace:
    """What is judged: the same that is read back from the record."""
    completion, prompt = _completion(sample), sample.prompt
    if prompt.wire_task is None:
        raise ValueError(f"{prompt.name} has no task to be judged by")
    response = whole_response(completion.text, completion.reasoning, completion.finish_reason)
    return Trace(
        response=without_surrogates(response),
        task=prompt.wire_task,
        id=sample.id,
        group=prompt.name,
        finish_reason=completion.finish_reason,
    )


def _completion(sample: Sample) -> Completion:
    if sample.completion is None:
        raise ValueError(f"{sample.id} was refused: {sample.refusal}")
    return sample.completion
