"""Calls of one function. The value it returned leaves the jail and is compared out here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.model import Run
from verifier.errors import InvalidTask
from verifier.judge import comparing, outcomes, programs, runtime, show
from verifier.judge.checkers.table import FOR_VALUES
from verifier.judge.inside import calls, jsontext, reports
from verifier.judge.inside.errors import Malformed
from verifier.judge.model import Case, Grade, Plan, Submission
from verifier.model import CallTests, Verdict

if TYPE_CHECKING:
    from sandbox.model import Outcome
    from verifier.model import CallCase, CodeTask

_FIELD = "task.code.call"


def check(task: CodeTask, tests: CallTests) -> None:
    """Refuse tests that cannot be judged.

    Raises:
        InvalidTask: no cases, no function, values that are no JSON, or a checker for other things.
    """
    if not tests.function_name.isidentifier():
        raise InvalidTask(f"{_FIELD}.function_name", "not the name of a function")
    if not tests.cases:
        raise InvalidTask(f"{_FIELD}.cases", "there are none")
    for index, case in enumerate(tests.cases):
        arguments = _parse(case.arguments, f"{_FIELD}.cases[{index}].arguments")
        if not isinstance(arguments, list):
            raise InvalidTask(f"{_FIELD}.cases[{index}].arguments", "not a JSON array")
        _parse(case.expected, f"{_FIELD}.cases[{index}].expected")
    comparing.value_rule(task.checker, FOR_VALUES)


def _parse(text: bytes, field: str) -> object:
    try:
        return jsontext.parse(text)
    except ValueError as problem:
        raise InvalidTask(field, f"not JSON: {show.line(str(problem))}") from problem


def plan(submission: Submission, tests: CallTests) -> Plan:
    """One run for each case."""
    compare = comparing.value_rule(submission.task.checker, FOR_VALUES)

    def case(index: int) -> Case:
        one: CallCase = tests.cases[index]

        def grade(outcome: Outcome) -> Grade:
            failed = outcomes.failure(outcome)
            if failed is not None:
                return failed
            try:
                claim = reports.read_claim(outcome.report)
            except Malformed:
                return Grade(Verdict.RUNTIME_ERROR, "the program ended before the call returned")
            if claim.refused:
                return Grade(Verdict.WRONG_ANSWER, f"the result: {show.line(claim.refused)}")
            found = compare(claim.value, jsontext.parse(one.expected))
            if found is None:
                return Grade(Verdict.ACCEPTED)
            return Grade(Verdict.WRONG_ANSWER, comparing.describe(found, submission.reveal_expected))

        entry = runtime.call(calls.payload(tests.function_name, one.arguments))
        return Case(Run(entry, limits=submission.limits), grade)

    return Plan(programs.python(submission), len(tests.cases), case)
