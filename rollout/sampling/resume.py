"""What an interrupted run has sampled already, read back from its lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError, InputError, Problem
from rollout.jsontext import loads
from rollout.rows.model import plain
from rollout.sampling.model import sample_id
from rollout.sampling.records import sampling_fields
from rollout.text import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rollout.sampling.model import Prompt, Sampling, Source


def sampled_before(
    lines: Iterable[str], place: str, prompts: Iterable[Prompt], n: int, sampling: Sampling, source: Source
) -> Iterator[Mapping[str, Any]]:
    """The records of these lines.

    Args:
        lines: written by the earlier run.
        place: where, for messages.
        prompts: of this run.
        n: samples of each.
        sampling: of this run.
        source: of this run.

    Raises:
        InputError: a line is of another run: other prompts, another model or other settings.
    """
    expected = {sample_id(prompt.name, index): (prompt, index) for prompt in prompts for index in range(n)}
    for number, line in enumerate(lines, start=1):
        try:
            record = loads(line)
        except FieldError as error:
            raise InputError([Problem(f"{place}:{number}", str(error))]) from None
        found = expected.pop(str(record.get("id")), None) if isinstance(record, dict) else None
        if found is None:
            reason = "not a sample of these prompts"
        else:
            reason = _difference(record, *found, sampling, source)
        if reason:
            advice = "remove the file, or sample as before"
            raise InputError([Problem(f"{place}:{number}", f"cannot be continued: {reason} ({advice})")])
        yield record


def _difference(
    record: Mapping[str, Any], prompt: Prompt, index: int, sampling: Sampling, source: Source
) -> str:
    wanted = {
        "prompt": prompt.content,
        "task": prompt.task,
        "sampling": sampling_fields(sampling.of_sample(index), source),
    }
    changed = [name for name, value in wanted.items() if record.get(name) != _as_read(value)]
    return f"sampled with another {' and '.join(changed)}" if changed else ""


def _as_read(value: object) -> object:
    return loads(without_surrogates(json.dumps(value, ensure_ascii=False, default=plain)))
