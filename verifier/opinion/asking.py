"""Asks for a second opinion where the rules say no, so that unforeseen notation costs no reward.

Off unless an operator names an endpoint. Asked twice, with the answers in either order; two yeses make the
verdict ACCEPTED, marked in `detail` and by the term `second_opinion` (1 accepted, 0 asked in vain). Where the
judge cannot be asked there is no verdict: an answer must not be right or wrong by the weather.

What remains risky: a judge reads what the policy wrote, at most a short final answer. An answer that is an
instruction may persuade a weak model in both orders; watch how often it says yes. So such a verdict carries
the weakest assurance, and a caller that asks for a minimum gets the rules alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verifier.model import AnswerTask, Assurance, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verifier.model import Clusters, Judgement, Options, Shape, Task, Verifier
    from verifier.opinion.model import AnswerVerifier, Judge

TERM = "second_opinion"
CHARACTERS = 200
"""Longest answer or gold that is asked about: room for a formula, little for a speech."""
GOLDS = 3
"""Of several golds, how many are asked about."""
ASKED = ("math", "quantity")
"""Verifiers whose no may be a matter of notation. A letter is a letter."""


def with_second_opinion(verifiers: Mapping[str, Verifier], judge: Judge | None) -> dict[str, Verifier]:
    """The verifiers, those of answers in free notation with a judge behind them."""
    if judge is None:
        return dict(verifiers)
    return {
        name: SecondOpinion(verifier, judge) if name in ASKED else verifier  # type: ignore[arg-type]
        for name, verifier in verifiers.items()
    }


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A verifier of answers that has its noes looked at."""

    rules: AnswerVerifier
    judge: Judge

    @property
    def name(self) -> str:
        """See `verifier.model.Verifier`."""
        return self.rules.name

    @property
    def description(self) -> str:
        """See `verifier.model.Verifier`."""
        return f"{self.rules.description} Asks {self.judge.name} for a second opinion on a no."

    @property
    def shape(self) -> type[Shape]:
        """See `verifier.model.Verifier`."""
        return self.rules.shape

    def check(self, task: Task) -> None:
        """See `verifier.model.Verifier`."""
        self.rules.check(task)

    async def cluster(self, responses: Sequence[str], choices: tuple[str, ...]) -> Clusters:
        """See `verifier.model.Comparer`; the rules alone."""
        return await self.rules.cluster(responses, choices)

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:
        """See `verifier.model.Verifier`."""
        judgement = await self.rules.verify(response, task, options)
        if judgement.verdict is not Verdict.WRONG_ANSWER or options.minimum_assurance > Assurance.NONE:
            return judgement
        golds = [gold for gold in _golds(task) if len(gold) <= CHARACTERS][:GOLDS]
        if not golds or not 0 < len(judgement.extracted) <= CHARACTERS:
            return judgement
        for gold in golds:
            if await self._agrees(gold, judgement.extracted):
                return self._accepted(judgement)
        detail = f"{judgement.detail}; second opinion: no".lstrip("; ")
        return replace(judgement, terms={**judgement.terms, TERM: 0.0}, detail=detail)

    async def _agrees(self, gold: str, answer: str) -> bool:
        """In both orders: models favour what comes first."""
        return await self.judge.agrees(gold, answer) and await self.judge.agrees(answer, gold)

    def _accepted(self, judgement: Judgement) -> Judgement:
        return replace(
            judgement,
            verdict=Verdict.ACCEPTED,
            score=1.0,
            correct=True,
            assurance=Assurance.SAME_PROCESS,
            terms={**judgement.terms, TERM: 1.0},
            detail=f"second opinion: yes, by {self.judge.name}; the rules said: {judgement.detail}",
            toolchain=self.judge.name,
        )


def _golds(task: Task) -> list[str]:
    if not isinstance(task.shape, AnswerTask):
        return []
    return [f"{gold} {task.shape.unit}".strip() for gold in task.shape.answers]
