"""Whole programs, from standard input to standard output. Outputs are compared out here."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sandbox.languages.table import LANGUAGES
from sandbox.model import Run
from verifier.errors import InvalidTask
from verifier.judge import comparing, interact, outcomes, programs, special
from verifier.judge.checkers.table import FOR_TEXTS
from verifier.judge.model import Case, Grade, Plan, Submission
from verifier.model import StdioTests, Verdict

if TYPE_CHECKING:
    from sandbox.model import Outcome
    from verifier.model import CodeTask, JudgeProgram, StdioCase


def check(task: CodeTask, tests: StdioTests) -> None:
    """Refuse tests that cannot be judged.

    Raises:
        InvalidTask: no cases, or a checker for other things.
    """
    if not tests.cases:
        raise InvalidTask("task.code.stdio.cases", "there are none")
    if task.interactor is not None:
        interact.check(task, task.interactor, tests)
        return
    if task.checker.program is None:
        comparing.text_rule(task.checker, FOR_TEXTS)
        return
    special.check(task.checker.program, "task.code.checker.program")
    for index, case in enumerate(tests.cases):
        if len(case.input) + len(case.output) > special.OUTPUT_BYTES:
            raise InvalidTask(f"task.code.stdio.cases[{index}]", "too large for a checker program")


def plan(submission: Submission, tests: StdioTests) -> Plan:
    """One run for each case."""
    if submission.task.interactor is not None:
        return _plan_interactive(submission, tests, submission.task.interactor)
    chosen = submission.task.checker.program
    if chosen is not None:
        return _plan_special(submission, tests, chosen)
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


def _plan_special(submission: Submission, tests: StdioTests, chosen: JudgeProgram) -> Plan:
    """One run for each case, on whose outputs a checker program has the last word."""
    program, main = programs.whole(submission)

    def case(index: int) -> Case:
        return _case_for_judges(submission, Run(main, stdin=tests.cases[index].input))

    language = LANGUAGES[chosen.language]
    last_word = special.Special(language, chosen.source, tests.cases, submission.reveal_expected)
    return Plan(program, len(tests.cases), case, last_word)


def _plan_interactive(submission: Submission, tests: StdioTests, chosen: JudgeProgram) -> Plan:
    """One run for each case, which an interactor talks to."""
    program, main = programs.whole(submission)
    other = interact.Interactor(
        LANGUAGES[chosen.language], chosen.source, tests.cases, submission.reveal_expected
    )
    return Plan(
        program, len(tests.cases), lambda _: _case_for_judges(submission, Run(main)), interactor=other
    )


def _case_for_judges(submission: Submission, run: Run) -> Case:
    """A run that is not compared here: it ends well, or has failed by itself."""
    limits = submission.limits
    limits = dataclasses.replace(limits, output_bytes=min(limits.output_bytes, special.OUTPUT_BYTES))

    def grade(outcome: Outcome) -> Grade:
        failed = outcomes.failure(outcome, submission.language.out_of_memory)
        return failed or Grade(Verdict.ACCEPTED)

    return Case(dataclasses.replace(run, limits=limits), grade)
