"""CodeContests, and open-r1/codeforces: whole programs with limits of their own.

Not read: checkers of open-r1/codeforces. A problem that has one is refused, since its tests alone would call
right answers wrong.
"""

from __future__ import annotations

from typing import Any

from rollout.datasets.columns import column, data
from rollout.datasets.model import Dataset, Row
from rollout.errors import FieldError

_GROUPS = ("public_tests", "private_tests", "generated_tests")
_MEBIBYTE = 1 << 20


def _contests(row: Row) -> dict[str, Any]:
    groups = [data(row, name) for name in _GROUPS if row.get(name)]
    tests = {
        "inputs": [one for group in groups for one in group["input"]],
        "outputs": [one for group in groups for one in group["output"]],
    }
    limits: dict[str, Any] = {}
    time = row.get("time_limit")
    if time:
        limits["cpu_seconds"] = time["seconds"] + time.get("nanos", 0) / 1e9
    if row.get("memory_limit_bytes"):
        limits["memory_mb"] = row["memory_limit_bytes"] / _MEBIBYTE
    return _code(tests, limits)


def _codeforces(row: Row) -> dict[str, Any]:
    if row.get("generated_checker"):
        raise FieldError("generated_checker", "checkers of this data set are not read")
    if row.get("interaction_format"):
        raise FieldError("interaction_format", "interactive problems are not read")
    if not column(row, "official_tests_complete"):
        raise FieldError("official_tests_complete", "the tests are not complete")
    cases = data(row, "official_tests")
    tests = {"inputs": [case["input"] for case in cases], "outputs": [case["output"] for case in cases]}
    limits = {"cpu_seconds": row.get("time_limit"), "memory_mb": row.get("memory_limit")}
    return _code(tests, {name: limit for name, limit in limits.items() if limit})


def _code(tests: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    task: dict[str, Any] = {"verifier": "code", "language": "python", "tests": tests}
    return {**task, "limits": limits} if limits else task


CODECONTESTS = Dataset("codecontests", ("public_tests", "private_tests"), _contests)
CODEFORCES = Dataset("codeforces", ("official_tests",), _codeforces)
