"""What scored lines become in the formats of other projects: one function and one line of the table each.

What names a problem can be read again by `rollout score`, with the same responses, golds and groups. Formats
that hold a grade leave out what was not judged: none of them has a word for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rollout.errors import FieldError, InputError, Problem
from rollout.jsontext import HugeInteger, SpelledFloat, loads_spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rollout.scored import Scored

Row = dict[str, Any]
Container = Literal["lines", "array", "parquet"]
"""JSON Lines, one JSON array, or a Parquet table."""

_WHOLE_BYTES = 8_000
"""A scored line holds the first 8 KiB of a program: a longer one may have been cut."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format that is written."""

    container: Container
    rows: Callable[[Sequence[Scored]], list[Row]]
    """The rows for one group, whose members are in order, and at least one."""
    graded: bool
    """It says who is right."""
    read_by: str
    """For people."""


def _messages(group: Sequence[Scored]) -> list[Row]:
    return [
        {"messages": [*_prompt(line), {"role": "assistant", "content": _response(line)}]} for line in group
    ]


def _verl(group: Sequence[Scored]) -> list[Row]:
    first = group[0]
    for line in group:
        if any(line.fields.get(name) != first.fields.get(name) for name in ("task", "task_key")):
            raise _refused(line, "task", f"is not that of {first.place}, which is in the same group")
    domain = first.fields.get("domain") or ""
    return [
        {
            "data_source": domain,
            "prompt": _prompt(first),
            "ability": domain,
            "reward_model": {"style": "rule", "ground_truth": _ground_truth(first)},
            "extra_info": {"index": first.group},
            "responses": [_response(line) for line in group],
        }
    ]


def _deepscaler(group: Sequence[Scored]) -> list[Row]:
    return [{**row, "correctness": [int(line.correct is True) for line in group]} for row in _verl(group)]


def _livecodebench(group: Sequence[Scored]) -> list[Row]:
    first, graded = group[0], [line.correct is True for line in group]
    told = {
        "question_content": first.fields.get("prompt"),
        "platform": first.fields.get("domain"),
        "contest_date": first.fields.get("contest_date"),
        "difficulty": first.fields.get("difficulty"),
    }
    return [
        {
            "question_id": first.group,
            **{name: value for name, value in told.items() if value is not None},
            "output_list": [_response(line) for line in group],
            "code_list": [_program(line) for line in group],
            "graded_list": graded,
            "pass@1": sum(graded) / len(graded),
        }
    ]


def _evalplus(group: Sequence[Scored]) -> list[Row]:
    return [{"task_id": line.group, "solution": _program(line)} for line in group]


EXPORTS: Mapping[str, ExportFormat] = {
    "messages": ExportFormat("lines", _messages, False, "trainers of SFT: conversations"),
    "verl": ExportFormat("parquet", _verl, False, "verl's main_eval and its data sets, a row for each group"),
    "deepscaler": ExportFormat(
        "lines", _deepscaler, True, "what reads results of DeepScaleR and VibeThinker, a line for each group"
    ),
    "livecodebench": ExportFormat(
        "array", _livecodebench, True, "LiveCodeBench's compute_scores: an _eval_all.json"
    ),
    "evalplus": ExportFormat("lines", _evalplus, False, "evalplus.evaluate: samples"),
}


def _prompt(line: Scored) -> list[Row]:
    """As a conversation."""
    prompt = line.fields.get("prompt")
    if isinstance(prompt, str) and prompt:
        return [{"role": "user", "content": prompt}]
    if isinstance(prompt, list) and prompt and all(_is_message(message) for message in prompt):
        return [{"role": message["role"], "content": message["content"]} for message in prompt]
    raise _refused(line, "prompt", "must be a text or a list of messages" if prompt else "missing")


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(part), str) for part in ("role", "content"))


def _ground_truth(line: Scored) -> str | list[str]:
    """The answer as its author spelt it, one or several; tests as JSON."""
    task = loads_spelled(line.text).get("task") or {}
    if "answer" in task:
        answer = task["answer"]
        return [_spelled(one) for one in answer] if isinstance(answer, list) else _spelled(answer)
    if "tests" in task:
        return _as_json(line, task["tests"])
    raise _refused(line, "task", "has no answer and no tests that could stand as the ground truth")


def _spelled(answer: Any) -> str:
    return answer.text if isinstance(answer, SpelledFloat | HugeInteger) else str(answer)


def _as_json(line: Scored, tests: Any) -> str:
    try:
        return json.dumps(tests, ensure_ascii=False)
    except TypeError:
        raise _refused(line, "task.tests", "hold an integer that is too large for JSON of Python") from None


def _response(line: Scored) -> str:
    response = line.fields.get("response")
    if not isinstance(response, str):
        raise _refused(line, "response", "missing" if response is None else "must be a text")
    return response


def _program(line: Scored) -> str:
    """What was run; where the line may hold but the beginning of it, the response."""
    extracted = line.fields.get("extracted") or ""
    if not 0 < len(extracted.encode()) < _WHOLE_BYTES:
        return _response(line)
    return f"{(line.fields.get('task') or {}).get('prefix') or ''}{extracted}"


def _refused(line: Scored, field: str, reason: str) -> InputError:
    return InputError([Problem(line.place, str(FieldError(field, reason)))])
