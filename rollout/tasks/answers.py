"""Tasks with a gold answer: math, choice and quantity."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BeforeValidator, Field

from rollout.tasks.base import TaskFields
from verifier.v1 import verifier_pb2 as pb


def _source_text(value: object) -> str:
    """The text of one gold; numbers of records come as their source text already, see `traces.native`."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    raise ValueError("must be a text or a number")


def _source_texts(value: object) -> list[str]:
    golds = value if isinstance(value, list | tuple) else [value]
    if not golds:
        raise ValueError("no gold answer")
    return [_source_text(gold) for gold in golds]


Gold = Annotated[str, BeforeValidator(_source_text)]
Golds = Annotated[list[str], BeforeValidator(_source_texts)]
Tolerance = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class AnyAnswer(TaskFields):
    """A task for an answer verifier that this client does not know: every field that an answer can have."""

    answer: Golds
    tolerance: Tolerance | None = None
    rel_tol: Tolerance | None = None
    answer_type: str | None = None
    choices: list[str] | None = None
    unit: str | None = None

    def add_shape(self, task: pb.Task) -> None:
        """An AnswerTask."""
        task.answer.CopyFrom(
            pb.AnswerTask(
                answers=self.answer,
                tolerance=self.tolerance,
                relative_tolerance=self.rel_tol,
                answer_type=self.answer_type or "",
                choices=self.choices or (),
                unit=self.unit or "",
            )
        )


class Math(TaskFields):
    """Any one of the golds is accepted; a set of values is one text, `\\{1,2\\}`."""

    answer: Golds
    tolerance: Tolerance | None = None
    answer_type: str | None = None

    def add_shape(self, task: pb.Task) -> None:
        """An AnswerTask."""
        task.answer.CopyFrom(
            pb.AnswerTask(answers=self.answer, tolerance=self.tolerance, answer_type=self.answer_type or "")
        )


class Choice(TaskFields):
    """Exactly this set of letters is accepted."""

    answer: Golds
    choices: list[str] | None = None

    def add_shape(self, task: pb.Task) -> None:
        """An AnswerTask."""
        task.answer.CopyFrom(pb.AnswerTask(answers=self.answer, choices=self.choices or ()))


class Quantity(TaskFields):
    """A number with a unit."""

    answer: Gold
    unit: str
    rel_tol: Tolerance | None = None

    def add_shape(self, task: pb.Task) -> None:
        """An AnswerTask."""
        task.answer.CopyFrom(
            pb.AnswerTask(answers=[self.answer], unit=self.unit, relative_tolerance=self.rel_tol)
        )
