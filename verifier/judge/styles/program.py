"""A test program appended to the candidate, in the candidate's language: it finishes normally, or it dies.

Test and candidate are one process, and an exit status of 0 is all there is to see: a candidate that ends
its process with it passes. That is why the assurance is SAME_PROCESS; tests in any other style are better.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sandbox.model import Run
from verifier.errors import InvalidTask
from verifier.judge import comparing, outcomes, programs
from verifier.judge.model import Case, Grade, Plan, Submission
from verifier.model import ProgramTests, Verdict

if TYPE_CHECKING:
    from sandbox.model import Outcome
    from verifier.model import CodeTask


def check(task: CodeTask, tests: ProgramTests) -> None:
    """Refuse tests that cannot be judged.

    Raises:
        InvalidTask: no source, or a checker, which test programs have no use for.
    """
    if not tests.source.strip():
        raise InvalidTask("task.code.program.source", "empty")
    comparing.refuse_checker(task)


def plan(submission: Submission, tests: ProgramTests) -> Plan:
    """One run of the whole."""
    parts = (submission.code, submission.task.setup, tests.source)
    text = "\n".join(part for part in parts if part)
    program, main = programs.whole(dataclasses.replace(submission, code=text))

    def grade(outcome: Outcome) -> Grade:
        failed = outcomes.failure(outcome, submission.language.out_of_memory)
        if failed is None:
            return Grade(Verdict.ACCEPTED)
        if failed.verdict is Verdict.RUNTIME_ERROR and not submission.reveal_expected:
            return Grade(failed.verdict, f"the test program failed: {outcomes.ending(outcome)}")
        return failed  # what it says may name expected values

    return Plan(program, 1, lambda _: Case(Run(main, limits=submission.limits), grade))
