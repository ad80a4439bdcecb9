"""From a gold as a file has it to a task.

What a gold is for is told by what it is. Tests are code. A single capital letter is a choice: data sets of
multiple choice have nothing else, and as a formula it would be judged alike. Everything else is math.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rollout.datasets.columns import spelled
from rollout.datasets.inputs_outputs import tests_of
from rollout.datasets.table import recognised
from rollout.errors import FieldError
from rollout.jsontext import HugeInteger, SpelledFloat

if TYPE_CHECKING:
    from collections.abc import Mapping

_LETTER = re.compile(r"[A-Z]")
_GSM8K = "####"
"""Stands between the solution and the number in answers of GSM8K (Cobbe et al. 2021)."""


def task_of(gold: Any, verifier: str | None, field: str) -> dict[str, Any]:
    """The task in which this is the gold.

    Args:
        gold: as a file has it: a text, a number, a list of golds, tests, a task, or the JSON of tests.
        verifier: what judges it; None: told by the gold.
        field: where it lies, for messages.

    Raises:
        FieldError: nothing can be judged against it.
    """
    if isinstance(gold, dict) and "verifier" in gold:
        return dict(gold)
    tests = _tests_in(gold, field) if verifier in (None, "code") else None
    if tests is not None:
        return {"verifier": "code", "language": "python", "tests": tests}
    if verifier == "code":
        raise FieldError(field, "holds no tests")
    answers = [_answer(member, field) for member in (gold if isinstance(gold, list) else [gold])]
    if verifier is None:
        verifier = "choice" if all(map(_LETTER.fullmatch, answers)) else "math"
    return {"verifier": verifier, "answer": answers if isinstance(gold, list) else answers[0]}


def task_of_row(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The task of a row of a published data set; None where it is of none."""
    dataset = recognised(row)
    return None if dataset is None else dataset.task(row)


def _tests_in(gold: Any, field: str) -> dict[str, Any] | None:
    """The tests that a gold is, or spells."""
    value = gold
    if isinstance(gold, str):
        if not gold.lstrip().startswith(("{", "[")):
            return None
        try:
            value = spelled(gold, field)
        except FieldError:
            return None  # `[0, 1)` and `{1, 2}` are answers
    if isinstance(value, dict) and {"inputs", "outputs"} <= set(value):
        return tests_of(value, field)
    if isinstance(value, dict) and any(style in value for style in ("asserts", "check", "pytest", "program")):
        return dict(value)
    if isinstance(value, list) and value:
        return _cases(value)
    return None


def _cases(cases: list[Any]) -> dict[str, Any] | None:
    """Lists of cases `{input, output}`, or of asserts."""
    if all(isinstance(case, str) and case.lstrip().startswith("assert ") for case in cases):
        return {"asserts": cases}
    if not all(isinstance(case, dict) and {"input", "output"} <= set(case) for case in cases):
        return None
    tests: dict[str, Any] = {"inputs": [c["input"] for c in cases], "outputs": [c["output"] for c in cases]}
    first = cases[0]
    metadata = first.get("metadata")
    name = first.get("fn_name") or (metadata.get("func_name") if isinstance(metadata, dict) else None)
    return {**tests, "fn_name": name} if name else tests


def _answer(value: Any, field: str) -> str:
    """One gold as text, spelt as its source spells it."""
    if isinstance(value, SpelledFloat | HugeInteger):
        return value.text
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FieldError(field, "no gold answer" if value is None else "must be a text or a number")
    text = str(value)
    return text.rsplit(_GSM8K, 1)[1].strip() if _GSM8K in text else text
