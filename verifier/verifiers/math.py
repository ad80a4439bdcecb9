"""`math`: compares the answer in a response with golds, exactly where that decides, else symbolically."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from verifier.answers import admission, answering, clustering, exact, extract, gold, thinking
from verifier.answers.errors import UnreadableGold
from verifier.answers.inside import brackets, tidy, words
from verifier.answers.model import Compared, Finding, Pair
from verifier.answers.symbolic import Symbolic
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Judgement, Options, Shape, Task
from verifier.settings import usable_cores
from verifier.sharing import Sharing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.model import Sandbox
    from verifier.answers.gold import Gold
    from verifier.model import Clusters, Verifier

GOLDS = 4_096
"""Golds kept read: a training step has 512 tasks."""

WORST_FIRST = (Finding.DIED, Finding.TOO_HARD, Finding.DIFFERENT)
"""Of several golds that the answer does not equal, which finding is reported."""
GLANCE = 20_000
"""Characters behind the thoughts up to which finding the answer takes no time. Longer: looked at but once."""
SHORT = 1_000
"""Characters of an answer up to which a look takes no time; longer than that, and than its gold, few are."""
FLAT, DEEP = 100, 10
"""Characters of an answer, and its brackets within brackets, up to which it is read in no time at all."""
EQUAL, DIFFERENT = Compared(Finding.EQUAL), Compared(Finding.DIFFERENT)
"""What costs nothing to find."""


def build(sandbox: Sandbox) -> Verifier:
    """The verifier, on this sandbox."""
    return Math(Symbolic(sandbox, usable_cores()), functools.lru_cache(GOLDS)(gold.read))


@dataclass(frozen=True, slots=True)
class Math:
    """Judges mathematical answers."""

    symbolic: Symbolic
    read_gold: Callable[[str], Gold]
    asking: Sharing[Compared] = field(default_factory=Sharing)
    """A group often gives the same answer many times."""
    sound: set[str] = field(default_factory=set)
    """Golds that a worker has parsed."""
    easy: set[str] = field(default_factory=set)
    """Those that a worker could compare with themselves in time."""
    name: str = "math"
    description: str = "Mathematical answers: numbers, expressions, sets, tuples, intervals, equations."
    shape: type[Shape] = AnswerTask

    def check(self, task: Task) -> None:
        """See `verifier.model.Verifier`."""
        shape = answering.shape_of(task, self.name)
        answering.refuse_what_is_missing(shape)
        answering.check_tolerance(shape)
        for source in shape.answers:
            self._gold(source)

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:
        """See `verifier.model.Verifier`."""
        shape = answering.shape_of(task, self.name)
        spoken = thinking.spoken(response)
        if spoken is None:
            return answering.unanswered("the thoughts never end")
        answer = _answer(spoken)
        if not answer:
            return answering.unanswered("no answer was found")
        golds = [self._gold(source) for source in shape.answers]
        compared = await self._compare(golds, answer, shape.tolerance, options)
        return _judged(answer, compared)

    def at_a_glance(self, response: str, task: Task) -> Judgement | None:
        """See `verifier.model.Glancing`."""
        shape = answering.shape_of(task, self.name)
        spoken = thinking.spoken(response)
        if spoken is None or len(spoken) > GLANCE:
            return None
        answer = _answer(spoken)
        if not answer:
            return answering.unanswered("no answer was found")
        compared = self._seen(shape, answer)
        if compared is None:
            return None
        return _remembered(compared is EQUAL, answer) if len(answer) < SHORT else _judged(answer, compared)

    async def cluster(self, responses: Sequence[str], choices: tuple[str, ...]) -> Clusters:
        """See `verifier.model.Comparer`."""
        if choices:
            raise InvalidTask("choices", "only choice has choices")
        answers = await clustering.find(responses, lambda text: _answer(thinking.spoken(text) or ""))
        groups = clustering.alike(answers, clustering.form_of)
        return clustering.partition(answers, await clustering.join(answers, groups, self))

    async def workable(self, text: str) -> bool:
        """See `verifier.answers.clustering.Algebra`."""
        if words.read(text) or admission.refusal(text):
            return False
        return (await self.symbolic.compare(Pair(text, ""))).finding is Finding.EQUAL

    async def same(self, first: str, second: str) -> bool:
        """Equal with either as the gold; so a rounding is not the number that it was rounded from."""
        for pair in (Pair(first, second), Pair(second, first)):
            if (await self.symbolic.compare(pair)).finding is not Finding.EQUAL:
                return False
        return True

    def _gold(self, source: str) -> Gold:
        try:
            return self.read_gold(source)
        except UnreadableGold as unreadable:
            raise InvalidTask(answering.FIELD, f"{unreadable}: {source[:100]!r}") from None

    def _seen(self, shape: AnswerTask, answer: str) -> Compared | None:
        """What text and exact arithmetic say, where they say it of every gold up to an equal one."""
        decided = True
        for source in shape.answers:
            gold = self._gold(source)
            truth = _quickly(gold, answer, shape.tolerance)
            if truth:
                return EQUAL if gold.plain or gold.text in self.sound else None
            decided = decided and truth is not None
        return DIFFERENT if decided else None

    async def _compare(
        self, golds: list[Gold], answer: str, tolerance: float | None, options: Options
    ) -> Compared:
        """Against each gold in turn, cheap comparisons first.

        What those find stands, whatever a worker would say; but it is no verdict before a gold is known to
        mean something.
        """
        quick = [_quickly(each, answer, tolerance) for each in golds]
        for each, truth in zip(golds, quick, strict=True):
            if truth:
                return await self._sound(each, options)
        worst = DIFFERENT
        for each, truth in zip(golds, quick, strict=True):
            if truth is not None:
                continue
            found = (await self._slowly(each, answer, tolerance, options)).after(worst)
            if found.finding is Finding.EQUAL:
                return found
            worst = min(found, replace(found, finding=worst.finding), key=_rank)
        return worst

    async def _sound(self, gold: Gold, options: Options) -> Compared:
        """That an answer equals this gold by text alone, once the gold has been read for itself."""
        if gold.plain or gold.text in self.sound:
            return EQUAL
        read = await self._ask(gold, gold.text, None, options)
        return replace(read, finding=Finding.EQUAL)

    async def _slowly(self, gold: Gold, answer: str, tolerance: float | None, options: Options) -> Compared:
        if gold.words:
            return DIFFERENT
        refusal = admission.refusal(answer)
        if refusal is admission.Refusal.TOO_LARGE:
            return Compared(Finding.TOO_HARD)
        if refusal is not None:
            return DIFFERENT
        return await self._ask(gold, answer, tolerance, options)

    async def _ask(self, gold: Gold, answer: str, tolerance: float | None, options: Options) -> Compared:
        """Let a worker compare, and find out whether the gold is to blame for what goes wrong."""
        compared = await self._algebra(Pair(gold.text, answer, tolerance), options)
        if compared.finding is Finding.GOLD_UNREADABLE:
            raise InvalidTask(answering.FIELD, f"cannot be read as mathematics: {gold.text[:100]!r}")
        if compared.finding in {Finding.TOO_HARD, Finding.DIED}:
            await self._blame(gold, options)
        _remember(gold, self.sound)
        return compared

    async def _blame(self, gold: Gold, options: Options) -> None:
        """An answer that is too hard is the model's doing, unless its gold is too hard by itself."""
        if gold.text in self.easy:
            return
        alone = await self._algebra(Pair(gold.text, ""), options)
        if alone.finding is not Finding.EQUAL:
            raise InvalidTask(answering.FIELD, f"too hard to compare with anything: {gold.text[:100]!r}")
        _remember(gold, self.easy)

    async def _algebra(self, pair: Pair, options: Options) -> Compared:
        """What a worker says; equal pairs of one call are compared once."""
        whose = options.client, options.call
        return await self.asking.once((pair, *whose), lambda: self.symbolic.compare(pair, *whose))


def _judged(answer: str, compared: Compared) -> Judgement:
    return answering.judged(
        answering.VERDICTS[compared.finding], answer, answering.DETAILS.get(compared.finding, ""), compared
    )


@functools.lru_cache(GOLDS)
def _remembered(right: bool, answer: str) -> Judgement:
    """The judgement of an answer that cost nothing."""
    return _judged(answer, EQUAL if right else DIFFERENT)


def _rank(compared: Compared) -> int:
    return WORST_FIRST.index(compared.finding)


def _remember(gold: Gold, known: set[str]) -> None:
    if len(known) >= GOLDS:
        known.clear()
    known.add(gold.text)


@functools.lru_cache(1)
def _answer(spoken: str) -> str:
    """What is not decided at a glance is asked for again at once."""
    found = extract.answer(spoken[-extract.CHARACTERS :])
    return tidy.tidy(found.text) if found else ""


def _quickly(gold: Gold, answer: str, tolerance: float | None) -> bool | None:
    if len(answer) > max(SHORT, len(gold.text)):
        return None
    if len(answer) > FLAT and answer != gold.text and brackets.depth(answer) > DEEP:
        return None
    return _equal(gold.text, answer, tolerance)


_equal = functools.lru_cache(GOLDS)(exact.equal)
"""In a group, answers repeat each other."""
