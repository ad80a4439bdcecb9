"""APPS, TACO and Eurus-2: one object with `inputs`, `outputs` and, for calls, `fn_name`.

Quirks. The object is JSON or a Python literal. Standard input may be a list of lines. Outputs of calls may be
wrapped in a list of one: they are unwrapped where every one of a task is, which the graders of APPS allow
for, too; a function that returns lists of one in all of its tests is read wrongly. Limits are texts in TACO
(`2.0 seconds`). Functions find the names that LeetCode puts before them, as the graders of these sets do:
`List[int]` in a signature needs no import there.
"""

from __future__ import annotations

from typing import Any

from rollout.datasets.columns import data, limits, spelled_limit
from rollout.datasets.imports import PRELUDE
from rollout.datasets.model import Dataset, Row
from rollout.errors import FieldError


def tests_of(value: Any, field: str) -> dict[str, Any]:
    """Native tests from such an object.

    Raises:
        FieldError: it is none.
    """
    if not isinstance(value, dict) or not all(isinstance(value.get(n), list) for n in ("inputs", "outputs")):
        raise FieldError(field, "must be an object with the lists `inputs` and `outputs`")
    inputs, outputs = value["inputs"], value["outputs"]
    if value.get("fn_name"):
        return {"inputs": inputs, "outputs": _unwrapped(outputs), "fn_name": value["fn_name"]}
    return {"inputs": [*map(_lines, inputs)], "outputs": [*map(_lines, outputs)]}


def _unwrapped(outputs: list[Any]) -> list[Any]:
    if outputs and all(isinstance(output, list) and len(output) == 1 for output in outputs):
        return [output[0] for output in outputs]
    return outputs


def _lines(value: Any) -> Any:
    return "\n".join(map(str, value)) if isinstance(value, list) else value


def code(tests: dict[str, Any]) -> dict[str, Any]:
    """A task with these tests."""
    task = {"verifier": "code", "language": "python", "tests": tests}
    return {**task, "prefix": PRELUDE} if "fn_name" in tests else task


def _task(column: str, row: Row) -> dict[str, Any]:
    cpu, memory = spelled_limit(row.get("time_limit")), spelled_limit(row.get("memory_limit"))
    return {**code(tests_of(data(row, column), column)), **limits(cpu, memory)}


def _eurus(row: Row) -> dict[str, Any]:
    """The column stands in `reward_model`, as in every data set of verl's form, or alone."""
    inner = row.get("reward_model")
    return _task("ground_truth", inner if isinstance(inner, dict) else row)


APPS = Dataset("apps", ("input_output",), "problem_id", lambda row: _task("input_output", row))
"""And TACO, which has the same column and no name for its rows."""
EURUS = Dataset("eurus", ("reward_model", "data_source"), "", _eurus)
