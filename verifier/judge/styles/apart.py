"""Tests that have to run inside the wall: asserts, HumanEval's `check` and pytest, in a process apart.

The candidate's process serves, the test's process asks and reports. Only a report with this submission's
token that says "passed" is a pass; the token is known to the test's process alone.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.model import Entry, Outcome, Run
from verifier.errors import InvalidTask
from verifier.judge import comparing, outcomes, programs, runtime, show
from verifier.judge.inside import reports, test_side
from verifier.judge.inside.errors import Malformed
from verifier.judge.model import Case, Grade, Plan, Submission
from verifier.model import AssertTests, CheckTests, PytestTests, Verdict

if TYPE_CHECKING:
    from verifier.model import CodeTask

_TOKEN_BYTES = 16


def check_asserts(task: CodeTask, tests: AssertTests) -> None:
    """Refuse tests that cannot be judged.

    Raises:
        InvalidTask: no statements, an empty one, or a checker, which asserts have no use for.
    """
    if not tests.asserts:
        raise InvalidTask("task.code.asserts.asserts", "there are none")
    for index, statement in enumerate(tests.asserts):
        if not statement.strip():
            raise InvalidTask(f"task.code.asserts.asserts[{index}]", "empty")
    comparing.refuse_checker(task)


def check_check(task: CodeTask, tests: CheckTests) -> None:
    """Refuse tests that cannot be judged.

    Raises:
        InvalidTask: no source, no entry point, or a checker.
    """
    if not tests.source.strip():
        raise InvalidTask("task.code.check.source", "empty")
    if not tests.entry_point.isidentifier():
        raise InvalidTask("task.code.check.entry_point", "not the name of a function")
    comparing.refuse_checker(task)


def check_pytest(task: CodeTask, tests: PytestTests) -> None:
    """Refuse tests that cannot be judged.

    Raises:
        InvalidTask: no source, or a checker.
    """
    if not tests.source.strip():
        raise InvalidTask("task.code.pytest.source", "empty")
    comparing.refuse_checker(task)


def plan_asserts(submission: Submission, tests: AssertTests) -> Plan:
    """One run for each statement: none sees what another did."""
    token = secrets.token_bytes(_TOKEN_BYTES)

    def case(index: int) -> Case:
        told = test_side.payload(token, submission.task.setup, tests.asserts[index])
        return _case(submission, runtime.test_of_assert(told), token, f"task.code.asserts.asserts[{index}]")

    return Plan(programs.python(submission), len(tests.asserts), case)


def plan_check(submission: Submission, tests: CheckTests) -> Plan:
    """One run for the whole of `check`."""
    token = secrets.token_bytes(_TOKEN_BYTES)

    def case(_: int) -> Case:
        told = test_side.payload(token, submission.task.setup, tests.source, tests.entry_point)
        return _case(submission, runtime.test_of_check(told), token, "task.code.check.source")

    return Plan(programs.python(submission), 1, case)


def plan_pytest(submission: Submission, tests: PytestTests) -> Plan:
    """One run for the whole module."""
    token = secrets.token_bytes(_TOKEN_BYTES)

    def case(_: int) -> Case:
        told = test_side.payload(token, submission.task.setup, tests.source)
        return _case(submission, runtime.test_of_pytest(told), token, "task.code.pytest.source")

    return Plan(programs.python(submission, runtime.PYTEST), 1, case)


def _case(submission: Submission, test: Entry, token: bytes, field: str) -> Case:
    def grade(outcome: Outcome) -> Grade:
        stopped = outcomes.limit_reached(outcome)
        if stopped is not None:
            return stopped
        try:
            end = reports.read_test_end(outcome.report, token)
        except Malformed:
            return Grade(Verdict.RUNTIME_ERROR, "the test did not come to its end")
        if end.kind == reports.INVALID:
            raise InvalidTask(field, f"the test cannot run: {show.line(f'{end.error}: {end.message}')}")
        return Grade(VERDICTS[end.kind], _detail(end, outcome, submission.reveal_expected))

    return Case(Run(runtime.SERVE, partner=test, limits=submission.limits), grade)


VERDICTS = {
    reports.PASSED: Verdict.ACCEPTED,
    reports.FAILED: Verdict.WRONG_ANSWER,
    reports.RAISED: Verdict.RUNTIME_ERROR,
    reports.MISSING: Verdict.RUNTIME_ERROR,
    reports.GONE: Verdict.RUNTIME_ERROR,
}
"""What each end of a test says about the candidate; the one that is missing says nothing about it."""


def _detail(end: reports.TestEnd, outcome: Outcome, reveal_expected: bool) -> str:
    """One line for people. The text of a failed test may name expected values."""
    if end.kind == reports.PASSED:
        return ""
    if end.kind == reports.RAISED:
        return show.line(f"{end.error}: {end.message}")
    if end.kind == reports.MISSING:
        return show.line(f"the program defines no {end.message}")
    if end.kind == reports.GONE:
        return show.line(f"the program {end.message} before the test was over: {outcomes.crash(outcome)}")
    said = f": {end.message}" if reveal_expected and end.message else ""
    return show.line(f"the test raised {end.error}{said}")
