"""`instruction`: checks that a response follows explicit instructions, by their published IFEval ids."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.answers import answering, thinking
from verifier.errors import InvalidTask
from verifier.instructions import table
from verifier.instructions.reading import READINGS
from verifier.model import (
    Assurance,
    CaseResult,
    InstructionTask,
    Judgement,
    Options,
    Scoring,
    Shape,
    Task,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.model import Sandbox
    from verifier.instructions.model import Instruction
    from verifier.model import Verifier

CONSTRAINTS = 100
"""Instructions of one task; the longest lists published have under ten."""
CHARACTERS = 400_000
"""Of a response that is checked: about a hundred thousand tokens, which take under a second."""


def build(_sandbox: Sandbox) -> Verifier:
    """The verifier; it needs no jail: every check is ours, and linear."""
    return Instructions()


@dataclass(frozen=True, slots=True)
class Instructions:
    """Judges instruction following."""

    name: str = "instruction"
    description: str = "Explicit instructions about form and content, by the 25 ids of IFEval."
    shape: type[Shape] = InstructionTask

    def check(self, task: Task) -> None:
        """See `verifier.model.Verifier`."""
        _read(_shape(task))

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:  # noqa: ARG002 -- the seam's
        """See `verifier.model.Verifier`."""
        shape = _shape(task)
        text = (thinking.spoken(response) or "").strip()
        if not text:
            return answering.unanswered("nothing was said, or the thoughts never end")
        if len(text) > CHARACTERS:
            return _too_long()
        followed = await asyncio.to_thread(_followed, _read(shape), READINGS[shape.strictness](text))
        return _judged(shape, followed)


def _shape(task: Task) -> InstructionTask:
    if not isinstance(task.shape, InstructionTask):
        raise InvalidTask("task", "the verifier instruction takes an instruction task")
    return task.shape


def _read(shape: InstructionTask) -> list[Instruction]:
    field = "task.instruction.constraints"
    if not 0 < len(shape.constraints) <= CONSTRAINTS:
        raise InvalidTask(field, f"1 to {CONSTRAINTS} are needed, and {len(shape.constraints)} were given")
    return [table.read(each, f"{field}[{index}]") for index, each in enumerate(shape.constraints)]


def _followed(instructions: Sequence[Instruction], texts: Sequence[str]) -> list[bool]:
    return [any(map(instruction.follows, texts)) for instruction in instructions]


def _too_long() -> Judgement:
    detail = f"the response is longer than {CHARACTERS} characters"
    assurance = Assurance.COMPARED_OUTSIDE
    return Judgement(Verdict.OUTPUT_LIMIT, 0.0, correct=False, assurance=assurance, detail=detail)


def _judged(shape: InstructionTask, followed: Sequence[bool]) -> Judgement:
    verdicts = [Verdict.ACCEPTED if follows else Verdict.WRONG_ANSWER for follows in followed]
    ids = [constraint.id for constraint in shape.constraints]
    broken = [name for name, follows in zip(ids, followed, strict=True) if not follows]
    share = (len(ids) - len(broken)) / len(ids)
    return Judgement(
        verdict=Verdict.WRONG_ANSWER if broken else Verdict.ACCEPTED,
        score=share if shape.scoring is Scoring.FRACTION else float(not broken),
        correct=not broken,
        assurance=Assurance.COMPARED_OUTSIDE,
        detail=f"not followed: {', '.join(broken)}" if broken else "",
        cases=tuple(
            CaseResult(index, verdict, detail=name)
            for index, (verdict, name) in enumerate(zip(verdicts, ids, strict=True))
        ),
    )
