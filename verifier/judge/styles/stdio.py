"""Whole programs, from standard input to standard output. Outputs are compared out here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.model import Run
from verifier.errors import InvalidTask
from verifier.judge import comparing, outcomes, programs
from verifier.judge.checkers.table import FOR_TEXTS
from verifier.judge.model import Case, Grade, Plan, Submission
from verifier.model import StdioTests, Verdict

if TYPE_CHECKING:
    from sandbox.model import Outcome
    from verifier.model import CodeTask, StdioCase


def check(task: CodeTask, tests: StdioTests) -> None:
    """Refuse tests that cannot be judged.

    Raises:
        InvalidTask: no cases, or a checker for other things.
    """
    if not tests.cases:
        raise InvalidTask("task.code.stdio.cases", "there are none")
    comparing.text_rule(task.checker, FOR_TEXTS)


def plan(submission: Submission, tests: StdioTests) -> Plan:
    """One run for each case."""
    compare = comparing.text_rule(submission.task.checker, FOR_TEXTS)
    program, main = programs.whole(submission)

    def case(index: int) -> Case:
        one: StdioCase = tests.cases[index]

        def grade(outcome: Outcome) -> Grade:
            failed = outcomes.failure(outcome, submission.language.out_of_memory)
            if failed is not None:
                return failed
            found = compare(outcome.stdout, one.output)
            if found is None:
                return Grade(Verdict.ACCEPTED)
            return Grade(Verdict.WRONG_ANSWER, comparing.describe(found, submission.reveal_expected))

        return Case(Run(main, stdin=one.input, limits=submission.limits), grade)

    return Plan(program, len(tests.cases), case)
