"""CodeContests, and open-r1/codeforces: whole programs with limits of their own.

Checkers of open-r1/codeforces are programs `checker.py INPUT ANSWER OUTPUT` that print 1 or 0 (its card, and
open-r1's grader). They are wrapped to fit our protocol, in which the exit status is the word.

Refused: problems whose tests are not complete, which talk to the program, or which read and write files.
"""

from __future__ import annotations

from typing import Any

from rollout.datasets.columns import column, data, limits
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
    if row.get("input_file") or row.get("output_file"):
        raise FieldError("input_file", "programs that read and write files are not judged")
    time = row.get("time_limit") or {}
    seconds = (time.get("seconds") or 0) + (time.get("nanos") or 0) / 1e9
    return {**_code(tests), **limits(seconds, (row.get("memory_limit_bytes") or 0) / _MEBIBYTE)}


def _codeforces(row: Row) -> dict[str, Any]:
    if row.get("interaction_format"):
        raise FieldError("interaction_format", "interactive problems are not read")
    if row.get("input_mode", "stdio") not in (None, "stdio"):
        raise FieldError("input_mode", "programs that read and write files are not judged")
    if not column(row, "official_tests_complete"):
        raise FieldError("official_tests_complete", "the tests are not complete")
    cases = data(row, "official_tests")
    tests = {"inputs": [case["input"] for case in cases], "outputs": [case["output"] for case in cases]}
    task = {**_code(tests), **limits(row.get("time_limit"), row.get("memory_limit"))}
    source = row.get("generated_checker")
    return {**task, "checker": {"language": "python", "source": _wrapped(source)}} if source else task


def _code(tests: dict[str, Any]) -> dict[str, Any]:
    return {"verifier": "code", "language": "python", "tests": tests}


def _wrapped(source: str) -> str:
    """A checker whose word is the last thing it prints, as one whose word is its exit status."""
    return f"SOURCE = {source!r}\n{_WRAPPER}"


_WRAPPER = """
import contextlib
import io
import sys

given, output, answer = sys.argv[1:]
sys.argv = ["checker.py", given, answer, output]
said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
    exec(compile(SOURCE, "checker.py", "exec"), {"__name__": "__main__"})
words = said.getvalue().split()
share = float(words[-1]) if words else None
if share is None or share != share:
    sys.exit(3)
print("points", max(0.0, min(1.0, share)), file=sys.stderr)
sys.exit(0 if share >= 1 else 7 if share > 0 else 1)
"""

CODECONTESTS = Dataset("codecontests", ("public_tests", "private_tests"), "name", _contests)
CODEFORCES = Dataset("codeforces", ("official_tests", "official_tests_complete"), "id", _codeforces)
