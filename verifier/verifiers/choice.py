"""`choice`: compares the letters that a response chooses with exactly the gold's set of letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.answers import answering, clustering, extract, letters, thinking
from verifier.answers.model import Compared, Finding
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Judgement, Options, Shape, Task, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.model import Sandbox
    from verifier.model import Clusters, Verifier


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
        _check_choices(shape.choices, "task.answer.choices")
        _gold(shape)

    async def cluster(self, responses: Sequence[str], choices: tuple[str, ...]) -> Clusters:
        """See `verifier.model.Comparer`."""
        _check_choices(choices, "choices")
        answers = await clustering.find(responses, lambda text: _chosen(text, choices))
        return clustering.partition(answers, clustering.alike(answers, str))

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


def _check_choices(choices: tuple[str, ...], field: str) -> None:
    if len(choices) > len(letters.options(choices)):
        raise InvalidTask(field, "there are more options than letters")


def _chosen(response: str, choices: tuple[str, ...]) -> str:
    chosen = letters.chosen((thinking.spoken(response) or "")[-extract.CHARACTERS :], choices)
    return ", ".join(sorted(chosen or ()))


def _gold(shape: AnswerTask) -> frozenset[str]:
    chosen: set[str] = set()
    for source in shape.answers:
        read = letters.read(source, shape.choices)
        if read is None:
            raise InvalidTask(answering.FIELD, f"no letter of an option: {source[:100]!r}")
        chosen |= read
    return frozenset(chosen)
