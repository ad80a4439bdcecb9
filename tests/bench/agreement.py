"""Whether the fast path ever disagrees with algebra: on real answers, and on values whose truth is known.

The fast path reads numerals itself. Here the same shapes are compared once more with sympy as the only judge
of values, in this process and without a jail; generated pairs say by themselves whether they are equal.
"""

from __future__ import annotations

import random
import re
import signal
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tests import labelled
from verifier.answers import admission, exact, extract, gold
from verifier.answers.errors import UnreadableGold
from verifier.answers.inside import algebra, budget, compare, numeral, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import sympy

GENERATED = 10_000
REAL = 10_000
SEED = 5
SCIENTIFIC = re.compile(r"(?<=\d)[eE]([+-]?\d+)$")
GROUPED = re.compile(r"\d{1,3}(?: \d{3})+")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A pair, tidy; and whether it is equal, where that is known beforehand."""

    gold: str
    answer: str
    equal: bool | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many pairs came to what, and the pairs about which the two disagree."""

    outcomes: Mapping[str, int]
    disagreements: Sequence[Doubtful]

    def figures(self) -> Mapping[str, object]:
        """See `tests.bench.report.Report`."""
        found = [[pair.gold, pair.answer] for pair in self.disagreements]
        return {**self.outcomes, "disagreements": found}

    def lines(self) -> list[str]:
        """See `tests.bench.report.Report`."""
        return [f"  {name}: {value}" for name, value in self.figures().items()]


async def measure() -> Agreement:
    """All of them."""
    algebra.disarm()
    for kill in (signal.SIGXCPU, signal.SIGVTALRM):  # a worker dies of these; this process goes on
        signal.signal(kill, signal.SIG_IGN)
    return agreement([*generated(GENERATED), *real(REAL)])


def agreement(pairs: Sequence[Doubtful]) -> Agreement:
    """Compare both ways, wherever the fast path decides."""
    outcomes: Counter[str] = Counter({"pairs": len(pairs)})
    disagreements = []
    for pair in pairs:
        quick = exact.equal(pair.gold, pair.answer)
        if quick is None:
            outcomes["left to algebra"] += 1
            continue
        truth = pair.equal if pair.equal is not None else by_algebra(pair)
        outcomes["not decided by algebra" if truth is None else f"decided, and both say {truth}"] += (
            truth is None or truth is quick
        )
        if truth is not None and truth is not quick:
            disagreements.append(pair)
    return Agreement(outcomes, disagreements)


def by_algebra(pair: Doubtful) -> bool | None:
    """What sympy says about the values, in the shapes of the texts."""
    by = compare.Comparing(_same, algebra.whole, algebra.near)
    try:
        return budget.bounded(lambda: compare.equal(pair.gold, pair.answer, by))
    except budget.OutOfTime:
        return None


def _same(gold: str, answer: str) -> bool | None:
    """Equal as sympy reads them, or within the precision that the texts promise."""
    left, right = (algebra.expression(_in_latex(text)) for text in (gold, answer))
    if left is None or right is None:
        return None
    if left.free_symbols or right.free_symbols:
        return algebra.same(gold, answer, None)
    if (left - right).equals(0):
        return True
    return _same_precisely(_as_read(gold, left), _as_read(answer, right))


def _in_latex(text: str) -> str:
    """What the parser takes for products otherwise: 3.2e5, and 1 000."""
    plain = SCIENTIFIC.sub(r"\\cdot 10^{\1}", text)
    return plain.replace(" ", "") if GROUPED.fullmatch(plain) else plain


def _as_read(text: str, value: sympy.Expr) -> numeral.Numeral | None:
    """The digits of the text with the value that sympy found."""
    written, found = numeral.read(text), algebra.number(value)
    if found is None or not found.is_real:
        return None
    exact_value = Fraction(int(value.p), int(value.q)) if value.is_Rational else Fraction(str(found))
    return replace(written, value=exact_value) if written else numeral.Numeral(exact_value)


def _same_precisely(gold: numeral.Numeral | None, answer: numeral.Numeral | None) -> bool | None:
    return numeral.same(gold, answer) if gold and answer else None


def real(count: int) -> list[Doubtful]:
    """Answers of the labelled sets against their own golds, and against those of the rows before."""
    rows = [pair for name in labelled.SETS for pair in _read(name)]
    pairs: list[Doubtful] = []
    shift = 0
    while len(pairs) < count:
        pairs += [Doubtful(rows[i - shift][0], answer) for i, (_, answer) in enumerate(rows)]
        shift += 1
    return pairs[:count]


def _read(name: str) -> Iterator[tuple[str, str]]:
    for row in labelled.read(name):
        found = extract.answer(row.response)
        answer = tidy.tidy(found.text) if found else ""
        try:
            text = gold.read(row.gold).text
        except UnreadableGold:
            continue
        if answer and admission.refusal(answer) is None:
            yield text, answer


def generated(count: int, seed: int = SEED) -> list[Doubtful]:
    """Values written in two ways, alone and in sets, tuples and intervals: equal, or apart by a little."""
    draw = random.Random(seed)
    return [_drawn(draw) for _ in range(count)]


def _drawn(draw: random.Random) -> Doubtful:
    size = draw.choice((1, 1, 1, 2, 2, 3))
    golds = [
        Fraction(draw.randint(-999, 999), draw.choice((1, 1, 2, 3, 4, 7, 8, 25, 125))) for _ in range(size)
    ]
    answers = list(golds)
    equal = draw.random() < 0.5
    if not equal:
        place = draw.randrange(size)
        answers[place] += Fraction(draw.choice((-1, 1)), draw.choice((1, 2, 3, 10, 1000)))
    form = draw.choice(FORMS[size])
    texts = [form.format(*(_written(value, draw) for value in values)) for values in (golds, answers)]
    return Doubtful(tidy.tidy(texts[0]), tidy.tidy(texts[1]), equal)


FORMS = {
    1: ("{0}", "x={0}", r"{0}^\circ", r"{0} \text{{ cm}}"),
    2: (r"\{{{0};{1}\}}", "({0};{1})", "[{0};{1})"),
    3: (r"\{{{0};{1};{2}\}}", "({0};{1};{2})", "a={0}; b={1}; c={2}"),
}


def _written(value: Fraction, draw: random.Random) -> str:
    """One of the exact ways to write a value."""
    sign, top, bottom = "-" if value < 0 else "", abs(value.numerator), value.denominator
    ways = [
        rf"{sign}\frac{{{top}}}{{{bottom}}}",
        f"{sign}{top}/{bottom}",
        rf"\dfrac{{{sign}{3 * top}}}{{{3 * bottom}}}",
    ]
    if bottom == 1:
        ways += [f"{sign}{top}", f"{sign}{top}.0000", f"{sign}{top:,}".replace(",", "{,}")]
    if 10**6 % bottom == 0:
        ways.append(f"{sign}{top * (10**6 // bottom) // 10**6}.{top * (10**6 // bottom) % 10**6:06}")
    return draw.choice(ways)
