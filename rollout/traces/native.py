"""The project's own records: one sampled response per line, with its task.

    {"id": "aime25-3/7", "group": "aime25-3", "response": "…", "task": {"verifier": "math", "answer": "204"}}

In place of `task` a record may have the columns of a row of a published data set (`rollout.datasets`), or a
`task_key` that names a line of a file of tasks.

Only what judging needs is read, and that strictly. Everything else is kept as it stands and repeated in the
scored line. Golds that are numbers keep the spelling of their source: `0.10` is not `0.1` to a rule that
compares at the precision of the gold. Where a file of golds is given, its tasks take their place. Thoughts
that a server split off the response stand in `reasoning_content`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from rollout.datasets.table import recognised
from rollout.errors import FieldError
from rollout.golds.join import joined
from rollout.jsontext import loads, loads_with_source_numbers, members, one_line, without_lone_escapes
from rollout.model import Trace
from rollout.rows.model import plain
from rollout.tasks.base import checked, under
from rollout.tasks.table import parse_task
from rollout.text import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.golds.model import Joined
    from rollout.rows.model import Fields, Row
    from rollout.traces.model import Beside, Tasks
    from verifier.v1 import verifier_pb2 as pb


def _text_of_integer(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[str, BeforeValidator(_text_of_integer)]
"""A name that data sets also write as a number."""


class NativeRecord(BaseModel):
    """The fields of a record that judging needs; the rest is let by."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    id: Name
    response: str
    group: Name | None = None
    finish_reason: str | None = None
    task: dict[str, Any] | None = None
    task_key: Name | None = None


class TaskLine(BaseModel):
    """A line of a file of tasks."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    key: Name
    task: dict[str, Any]


class RowName(BaseModel):
    """What a row of a data set is called."""

    model_config = ConfigDict(strict=True, frozen=True)

    name: Name


class Native:
    """The format of the project itself."""

    name = "native"
    signs = "an object with `response` and `task`, `task_key` or the columns of a data set"

    def recognises(self, row: Fields) -> bool:
        """Any one of its fields will do, so that the missing one can be named."""
        return not {"response", "task", "task_key"}.isdisjoint(row)

    def read(self, row: Row, beside: Beside) -> Iterator[tuple[Trace, str]]:
        """See `TraceFormat.read`."""
        text, value = _object(row.text())
        record = checked(NativeRecord, value)
        if beside.golds is None:
            task = _task(record, value, text, beside.tasks)
        else:
            match = joined(beside.golds, value, record.task_key or record.group or record.id)
            task, text = _joined(match, record, text)
        yield (
            Trace(
                response=whole_response(
                    record.response, value.get("reasoning_content"), record.finish_reason or ""
                ),
                task=task,
                id=record.id,
                group=record.group,
                finish_reason=record.finish_reason or "",
            ),
            text,
        )


def whole_response(response: str, reasoning: object, finish_reason: str) -> str:
    """What the model said, where a server split its thoughts off: rules about form look at both.

    Thoughts that were cut off before any answer were never closed.
    """
    if not isinstance(reasoning, str) or not reasoning:
        return response
    closed = "</think>" if response or finish_reason != "length" else ""
    return f"<think>{reasoning}{closed}{response}"


def read_task_line(text: str) -> tuple[str, pb.Task]:
    """Key and task of one line of a file of tasks: `{key, task}`, or a row of a published data set.

    A row is named by its `key`, where it has one, else by the column that its data set has for it.

    Raises:
        FieldError: names the field.
    """
    text, value = _object(text)
    if "task" not in value:
        return _key_of_row(value), _task_of_row(value)
    line = checked(TaskLine, value)
    return line.key, parse_task(_with_source_golds(line.task, text))


def _object(text: str) -> tuple[str, dict[str, Any]]:
    """The text fit for output, and its value."""
    text = without_lone_escapes(without_surrogates(text.strip()))
    value = loads(text)
    if not isinstance(value, dict):
        raise FieldError("", "not a JSON object")
    return one_line(text), value


def _task(record: NativeRecord, value: dict[str, Any], text: str, tasks: Tasks | None) -> pb.Task:
    if record.task_key is None:
        if record.task is None:
            return _task_of_row(value)
        return parse_task(_with_source_golds(record.task, text))
    with under("task_key"):
        if record.task is not None:
            raise FieldError("", "given beside `task`: one of them is too many")
        if tasks is None:
            raise FieldError("", f"{record.task_key!r} needs a file of tasks (--tasks FILE)")
        if record.task_key not in tasks:
            raise FieldError("", f"{record.task_key!r} is not defined in the file of tasks")
        return tasks[record.task_key]


def _task_of_row(row: dict[str, Any]) -> pb.Task:
    dataset = recognised(row)
    if dataset is None:
        raise FieldError("task", "missing")
    return parse_task(dataset.task(row), dataset.name)


def _key_of_row(row: dict[str, Any]) -> str:
    dataset = recognised(row)
    if dataset is None:
        raise FieldError("task", "missing, and these are no columns of a data set that can be read")
    column = "key" if "key" in row or not dataset.key else dataset.key
    if row.get(column) is None:
        raise FieldError(column, "missing: rows need a name that records can refer to")
    return checked(RowName, {"name": row[column]}).name


def _joined(match: Joined, record: NativeRecord, text: str) -> tuple[pb.Task, str]:
    """The task that was joined, and the record with it in place of its own."""
    if match.task is None:
        raise FieldError("task", f"{match.problem.id!r} has no gold in the file of golds")
    if record.task_key is not None:
        return match.task, text
    kept = "".join(f"{json.dumps(name)}: {value}, " for name, value in members(text) if name != "task")
    task = one_line(json.dumps(match.problem.task, ensure_ascii=False, default=plain))
    return match.task, f'{{{kept}"task": {task}}}'


def _with_source_golds(task: dict[str, Any], text: str) -> dict[str, Any]:
    """The task with golds that are numbers as their source text."""
    if not _holds_number(task.get("answer")):
        return task
    return {**task, "answer": loads_with_source_numbers(text)["task"]["answer"]}


def _holds_number(gold: object) -> bool:
    golds = gold if isinstance(gold, list) else [gold]
    return any(not isinstance(member, str | bool | None) for member in golds)
