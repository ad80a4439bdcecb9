"""`quantity`: compares a number with a unit. 1000 mm is 1 m, 10 m is not 10 cm.

A bare number is taken to be in the gold's unit: most tasks name the unit that they want. With `rel_tol` the
answer may differ by that share of the gold; without, a gold of three digits or more is a rounding at its own
precision, as in `math`, and anything else is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from verifier.answers import admission, answering, clustering, extract, measures, quantities, thinking
from verifier.answers.inside import numeral, tidy
from verifier.answers.model import Compared, Finding, Pair
from verifier.answers.symbolic import Symbolic
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Judgement, Options, Shape, Task, Verdict
from verifier.settings import usable_cores

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sandbox.model import Sandbox
    from verifier.answers.inside.numeral import Numeral
    from verifier.answers.measures import Unit
    from verifier.answers.quantities import Quantity
    from verifier.model import Clusters, Verifier

UNIT = "task.answer.unit"
WRITTEN_OUT = 10**12
"""Largest denominator of a number that somebody writes out; beyond, a decimal is a rounding of it."""
ALGEBRA_SLACK = Fraction(1, 10**9)
"""Share of the gold by which an expression may differ: factors with pi in them are no exact numbers."""


def build(sandbox: Sandbox) -> Verifier:
    """The verifier, on this sandbox."""
    return Quantities(Symbolic(sandbox, usable_cores()))


@dataclass(frozen=True, slots=True)
class Gold:
    """A number, its unit, and how far an answer may be off; None: at the precision of the number."""

    number: Numeral
    unit: Unit
    relative_tolerance: float | None


@dataclass(frozen=True, slots=True)
class Quantities:
    """Judges quantities."""

    symbolic: Symbolic
    name: str = "quantity"
    description: str = "A number with a unit, in any unit of the same dimension."
    shape: type[Shape] = AnswerTask

    def check(self, task: Task) -> None:
        """See `verifier.model.Verifier`."""
        shape = answering.shape_of(task, self.name)
        answering.refuse_what_is_missing(shape)
        if len(shape.answers) != 1:
            raise InvalidTask(answering.FIELD, "a quantity has one number")
        if shape.tolerance is not None:
            raise InvalidTask("task.answer.tolerance", "quantities take a relative tolerance")
        if shape.choices:
            raise InvalidTask("task.answer.choices", "only choice has choices")
        _gold(shape)

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:  # noqa: ARG002 -- the seam's
        """See `verifier.model.Verifier`."""
        spoken = thinking.spoken(response)
        if spoken is None:
            return answering.unanswered("the thoughts never end")
        found = quantities.find(spoken[-extract.CHARACTERS :])
        if found is None:
            return answering.unanswered("no number was found")
        if found.quantities is None:
            detail = "no number with a unit that is known"
            return answering.judged(Verdict.WRONG_ANSWER, found.text, detail, Compared(Finding.DIFFERENT))
        gold = _gold(answering.shape_of(task, self.name))
        compared = [await self._compare(gold, each) for each in found.quantities]
        worst = max(compared, key=lambda each: list(answering.VERDICTS).index(each.finding))
        detail = answering.DETAILS.get(worst.finding, "")
        return answering.judged(answering.VERDICTS[worst.finding], found.text, detail, worst)

    async def cluster(self, responses: Sequence[str], choices: tuple[str, ...]) -> Clusters:
        """See `verifier.model.Comparer`. Without a gold, a bare number equals only the same bare number."""
        if choices:
            raise InvalidTask("choices", "only choice has choices")
        answers = await clustering.find(responses, _text)
        return clustering.partition(answers, clustering.alike(answers, _meaning))

    async def _compare(self, gold: Gold, answer: Quantity) -> Compared:
        """Against the unit the answer is in; one that leaves it open may mean any of them."""
        for unit in answer.units or (gold.unit,):
            target = measures.convert(gold.number.value, gold.unit, unit)
            if target is None:
                continue
            if answer.number is None:
                return await self._by_algebra(gold, answer.value, unit, target)
            return Compared(_finding(gold, answer.number, unit, target))
        return Compared(Finding.DIFFERENT)

    async def _by_algebra(self, gold: Gold, value: str, unit: Unit, target: Fraction) -> Compared:
        refusal = admission.refusal(value)
        if refusal is not None:
            too_large = refusal is admission.Refusal.TOO_LARGE
            return Compared(Finding.TOO_HARD if too_large else Finding.DIFFERENT)
        slack = float(_slack(gold, unit, target))
        pair = Pair(f"{target.numerator}/{target.denominator}", value, slack)
        return await self.symbolic.compare(pair)


def _finding(gold: Gold, answer: Numeral, unit: Unit, target: Fraction) -> Finding:
    """Compare a numeral with the gold in the answer's unit, exactly or within what the gold allows."""
    if gold.relative_tolerance is not None:
        close = abs(answer.value - target) <= _slack(gold, unit, target)
        return Finding.EQUAL if close else Finding.DIFFERENT
    back = measures.convert(answer.value, unit, gold.unit)
    same = answer.value == target or (back is not None and numeral.rounds_to(gold.number, back))
    endless = target.denominator > WRITTEN_OUT or not numeral.is_finite_decimal(target)
    rounded = gold.number.decimals is None and endless and numeral.is_rounding(answer, target)
    return Finding.EQUAL if same or rounded else Finding.DIFFERENT


def _slack(gold: Gold, unit: Unit, target: Fraction) -> Fraction:
    """How far off an answer may be, in its own unit."""
    if gold.relative_tolerance is not None:
        return abs(target) * Fraction(gold.relative_tolerance)
    number, slack = gold.number, abs(target) * ALGEBRA_SLACK
    if number.decimals is None or number.digits < numeral.GOLD_DIGITS:
        return slack
    half = Fraction(1, 2) / Fraction(10) ** number.decimals
    edge = measures.convert(number.value + half, gold.unit, unit)
    return slack if edge is None else max(slack, abs(edge - target))


def _gold(shape: AnswerTask) -> Gold:
    number = numeral.read(tidy.tidy(shape.answers[0]))
    if number is None:
        raise InvalidTask(answering.FIELD, f"no number: {shape.answers[0][:100]!r}")
    units = measures.read(tidy.tidy(shape.unit))
    if not units:
        raise InvalidTask(UNIT, f"no unit that is known: {shape.unit[:100]!r}")
    return Gold(number, units[0], shape.relative_tolerance)


def _text(response: str) -> str:
    found = quantities.find((thinking.spoken(response) or "")[-extract.CHARACTERS :])
    return found.text if found else ""


def _meaning(text: str) -> Hashable:
    """The value in base units and the dimension, of what is one numeral with a unit; else the text."""
    stated = quantities.stated(text)
    if not stated or len(stated) > 1 or stated[0].number is None:
        return tidy.squeeze(text)
    number, units = stated[0].number, stated[0].units
    if not units:
        return number.value
    return measures.in_base_units(number.value, units[0])
