"""Data sets that test functions by source: HumanEval(+), MBPP(+), AceCode, KodCode.

HumanEval's responses are whole functions here; the prompt defines names for the tests. Completions that only
continue the prompt need it as the task's `prefix` as well.
"""

from __future__ import annotations

from typing import Any

from rollout.datasets.columns import data, text
from rollout.datasets.model import Dataset, Row


def _code(tests: dict[str, Any]) -> dict[str, Any]:
    return {"verifier": "code", "language": "python", "tests": tests}


def _humaneval(row: Row) -> dict[str, Any]:
    check, name, prompt = (text(row, column) for column in ("test", "entry_point", "prompt"))
    return _code({"check": check, "entry_point": name, "setup": prompt})


def _mbpp(row: Row) -> dict[str, Any]:
    """The asserts of `test_list`; where there is a `test`, which MBPP+ has, that one stands for all."""
    setup = row.get("test_setup_code") or "\n".join(row.get("test_imports") or ())
    asserts = [text(row, "test")] if row.get("test") else list(data(row, "test_list"))
    return _code({"asserts": asserts, "setup": setup})


def _acecode(row: Row) -> dict[str, Any]:
    return {**_code({"asserts": list(data(row, "test_cases"))}), "scoring": "fraction"}


def _kodcode(row: Row) -> dict[str, Any]:
    return _code({"pytest": text(row, "test")})


HUMANEVAL = Dataset("humaneval", ("test", "entry_point", "prompt"), "task_id", _humaneval)
MBPP = Dataset("mbpp", ("test_list",), "task_id", _mbpp)
ACECODE = Dataset("acecode", ("test_cases", "question"), "id", _acecode)
KODCODE = Dataset("kodcode", ("test", "test_info"), "question_id", _kodcode)
