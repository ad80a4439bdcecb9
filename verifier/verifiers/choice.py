"""`choice`: compares the letters that a response chooses with exactly the gold's set of letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.answers import answering, extract, letters, thinking
from verifier.answers.model import Compared, Finding
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Judgement, Options, Shape, Task, Verdict

if TYPE_CHECKING:
    from sandbox.model import Sandbox
    from verifier.model import Verifier


def build(_sandbox: Sandbox) -> Verifier:
    """The verifier; it needs no jail."""
    return Choice()


@dataclass(frozen=True, slots=True)
class Choice:
    """Judges multiple choice."""

    name: str = "choice"
    description: str = "Multiple choice: one letter, or several that must be exactly the gold's."
    shape: type[Shape] = AnswerTask

    def check(self, task: Task) -> None:
        """See `verifier.model.Verifier`."""
        shape = answering.shape_of(task, self.name)
        answering.refuse_what_is_missing(shape)
        if shape.tolerance is not None:
            raise InvalidTask("task.answer.tolerance", "letters have no tolerance")
        if len(shape.choices) > len(letters.options(shape.choices)):
            raise InvalidTask("task.answer.choices", "there are more options than letters")
        _gold(shape)

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:  # noqa: ARG002 -- the seam's
        """See `verifier.model.Verifier`."""
        shape = answering.shape_of(task, self.name)
        spoken = thinking.spoken(response)
        if spoken is None:
            return answering.unanswered("the thoughts never end")
        chosen = letters.chosen(spoken[-extract.CHARACTERS :], shape.choices)
        if chosen is None:
            return answering.unanswered("no choice was found")
        right = chosen == _gold(shape)
        verdict, finding = (
            (Verdict.ACCEPTED, Finding.EQUAL) if right else (Verdict.WRONG_ANSWER, Finding.DIFFERENT)
        )
        detail = "" if right else "another choice than the gold's"
        return answering.judged(verdict, ", ".join(sorted(chosen)), detail, Compared(finding))


def _gold(shape: AnswerTask) -> frozenset[str]:
    chosen: set[str] = set()
    for source in shape.answers:
        read = letters.read(source, shape.choices)
        if read is None:
            raise InvalidTask(answering.FIELD, f"no letter of an option: {source[:100]!r}")
        chosen |= read
    return frozenset(chosen)
