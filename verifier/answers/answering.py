"""What the verifiers of answers share: reading their task, and making a judgement."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from verifier.answers.model import Finding
from verifier.errors import InvalidTask
from verifier.model import NOTHING_USED, AnswerTask, Assurance, Judgement, Task, Usage, Verdict

if TYPE_CHECKING:
    from verifier.answers.model import Compared

FIELD = "task.answer.answers"
EXTRACTED_CHARACTERS = 500
"""Of the answer, in a judgement: enough to see which one was found."""
ANSWERS = 100
"""Golds of one task."""

DETAILS = {
    Finding.DIFFERENT: "the answer is not equivalent to the gold",
    Finding.TOO_HARD: "comparing the answer took more time or memory than an answer may take",
    Finding.DIED: "jail died twice",
}
VERDICTS = {
    Finding.EQUAL: Verdict.ACCEPTED,
    Finding.DIFFERENT: Verdict.WRONG_ANSWER,
    Finding.TOO_HARD: Verdict.TIME_LIMIT,
    Finding.DIED: Verdict.RUNTIME_ERROR,
}


def shape_of(task: Task, verifier: str) -> AnswerTask:
    """The answer task.

    Raises:
        InvalidTask: it is of another shape.
    """
    if not isinstance(task.shape, AnswerTask):
        raise InvalidTask("task", f"the verifier {verifier} takes an answer task")
    return task.shape


def refuse_what_is_missing(shape: AnswerTask) -> None:
    """Refuse an empty task, and wishes that are not served yet: nothing is silently ignored.

    Raises:
        InvalidTask: names the field.
    """
    if not shape.answers or len(shape.answers) > ANSWERS:
        raise InvalidTask(FIELD, f"1 to {ANSWERS} are needed, and {len(shape.answers)} were given")
    if shape.answer_type:
        raise InvalidTask("task.answer.answer_type", "not supported yet")


def check_tolerance(shape: AnswerTask) -> None:
    """Refuse a tolerance that means nothing.

    Raises:
        InvalidTask: names the field.
    """
    if shape.tolerance is not None and not (math.isfinite(shape.tolerance) and shape.tolerance >= 0):
        raise InvalidTask("task.answer.tolerance", "a tolerance is a number of at least 0")
    if shape.relative_tolerance is not None:
        raise InvalidTask("task.answer.relative_tolerance", "only quantities take a relative tolerance")


def unanswered(detail: str) -> Judgement:
    """The judgement of a response without an answer."""
    return Judgement(
        Verdict.NO_ANSWER, 0.0, correct=False, assurance=Assurance.COMPARED_OUTSIDE, detail=detail
    )


def judged(verdict: Verdict, answer: str, detail: str, compared: Compared) -> Judgement:
    """The judgement of an answer, with what comparing it cost."""
    accepted = verdict is Verdict.ACCEPTED
    return Judgement(
        verdict=verdict,
        score=float(accepted),
        correct=accepted,
        assurance=Assurance.COMPARED_OUTSIDE,
        extracted=answer[:EXTRACTED_CHARACTERS],
        detail=detail,
        usage=_usage(compared),
    )


def _usage(compared: Compared) -> Usage:
    if compared.limits_mode is None:  # nothing ran in a jail
        return NOTHING_USED
    return Usage(
        cpu_seconds=compared.cpu_seconds,
        wall_seconds=compared.wall_seconds,
        memory_bytes=compared.memory_bytes,
        queued_seconds=compared.queued_seconds,
        limits_mode=compared.limits_mode,
    )
