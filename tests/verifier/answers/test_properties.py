"""What holds for all numbers and all texts, not only for those in tables."""

from __future__ import annotations

import itertools
import operator
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from verifier.answers import exact, extract
from verifier.answers.inside import brackets, budget, frames, numeral, tidy

INTEGERS = st.integers(-(10**12), 10**12)
FRACTIONS = st.builds(Fraction, INTEGERS, st.integers(1, 10**6))


def decimal(value: int, places: int) -> str:
    """An integer with the point moved left."""
    digits = str(abs(value)).rjust(places + 1, "0")
    return ("-" if value < 0 else "") + (digits[:-places] + "." + digits[-places:] if places else digits)


@st.composite
def written(draw: st.DrawFn, values: st.SearchStrategy[Fraction] = FRACTIONS) -> tuple[Fraction, str]:
    """A rational, and one of the ways to write it."""
    value = draw(values)
    top, bottom = value.numerator, value.denominator
    sign = "-" if top < 0 else ""
    styles = [rf"\frac{{{top}}}{{{bottom}}}", f"{top}/{bottom}", rf"{sign}\dfrac{{{abs(top)}}}{{{bottom}}}"]
    if bottom == 1:
        styles += [str(top), f"{top:,}", f"{top}.0", f"{sign}00{abs(top)}", f"${top}$"]
    return value, draw(st.sampled_from(styles))


@given(written(), written())
def test_the_fast_path_agrees_with_exact_arithmetic(
    gold: tuple[Fraction, str], answer: tuple[Fraction, str]
) -> None:
    """Fractions and integers, however they are written: equal exactly where their values are."""
    truth = exact.equal(tidy.tidy(gold[1]), tidy.tidy(answer[1]))

    assert truth is (gold[0] == answer[0])


@given(st.data(), FRACTIONS)
def test_one_value_written_in_two_ways_is_equal(data: st.DataObject, value: Fraction) -> None:
    first, second = (data.draw(written(st.just(value)))[1] for _ in range(2))

    assert exact.equal(tidy.tidy(first), tidy.tidy(second)) is True


@given(INTEGERS, st.integers(0, 8), INTEGERS, st.integers(0, 8))
def test_decimals_are_equal_at_the_precision_of_the_gold(a: int, places: int, b: int, more: int) -> None:
    """A gold of three digits or more is a rounding to its places; a shorter one is exact."""
    gold, answer = decimal(a, places), decimal(b, more)
    distance = abs(Fraction(gold) - Fraction(answer))
    digits = len(str(abs(a)))
    slack = Fraction(1, 2 * 10**places) if places and digits >= numeral.GOLD_DIGITS and a else Fraction(0)

    assert exact.equal(gold, answer) is (distance <= slack)


@given(INTEGERS, INTEGERS, st.integers(0, 10**6))
def test_a_tolerance_is_an_absolute_distance(a: int, b: int, tolerance: int) -> None:
    assert exact.equal(str(a), str(b), float(tolerance)) is (abs(a - b) <= tolerance)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_goes_through_every_pure_stage(text: str) -> None:
    """Nothing raises, and a tidy text stays as it is."""
    found = extract.answer(text)
    answer = tidy.tidy(found.text if found else text)

    assert tidy.tidy(answer) == answer
    assert exact.equal(answer, answer) is not False
    assert exact.equal("42", answer) in {True, False, None}


@example("0=1")
@given(st.text(alphabet=r"\{}()[]$^_.,;:=<>|!%+-*/ 0129abxyn" + "\n", max_size=200))
def test_any_rubbish_of_mathematics_goes_through_every_pure_stage(text: str) -> None:
    found = extract.answer(text)
    answer = tidy.tidy(found.text if found else text)

    assert exact.equal(answer, answer) is not False
    assert exact.equal(r"\{(1,2),[3,4)\}", answer) in {True, False, None}


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5), st.binary(max_size=50))
def test_frames_survive_whatever_a_worker_leaves_behind_them(
    pairs: list[tuple[str, str]], torn: bytes
) -> None:
    """Whole frames are read back; a torn one and foreign lines mean nothing."""
    questions = [frames.Question(f"n{i}", gold, answer, None) for i, (gold, answer) in enumerate(pairs)]
    sent = [frames.Frame(i, q.nonce, "equal", 0.5) for i, q in enumerate(questions)]
    forged = frames.line(frames.Frame(0, "other", "different", 0.0))

    report = forged + b"".join(map(frames.line, sent)) + b'[0, "n0", ' + torn.replace(b"\n", b"")

    assert frames.unpack(frames.pack(questions, budget.QUICK)) == (questions, budget.QUICK)
    assert frames.read(report, questions) == dict(enumerate(sent))


TEXTS = st.lists(st.sampled_from([*"()[]{}\\^_ ab1,.|", r"\begin{a}", r"\end{a}", r"\{"])).map("".join)


def _steps(text: str) -> list[tuple[int, int, int]]:
    """What each token does to brackets of all kinds, to braces, and to environments."""
    tokens = [token.group() for token in brackets.TOKEN.finditer(text)]
    begins = [token.startswith(r"\begin{") - token.startswith(r"\end{") for token in tokens]
    kinds = [(token in brackets.OPENING) - (token in brackets.CLOSING) for token in tokens]
    braces = [(token == "{") - (token == "}") for token in tokens]
    return list(zip(map(operator.add, begins, kinds), braces, begins, strict=True))


@given(TEXTS)
def test_brackets_are_counted_token_by_token(text: str) -> None:
    levels = [list(itertools.accumulate(column)) for column in zip(*_steps(text), strict=True)]

    assert brackets.depth(text) == max([0, *itertools.chain.from_iterable(levels[:1])])
    assert brackets.is_balanced(text) is all(min(level) >= 0 and level[-1] == 0 for level in levels)


PARTS = [*"12,. /-+$%ax_(\n\\", "34", "567", "percent", "pct", "perc", "\N{MINUS SIGN}", "\N{EURO SIGN}"]
NUMBERS = st.lists(st.sampled_from([*PARTS, "\N{ARABIC-INDIC DIGIT THREE}"])).map("".join)


@given(NUMBERS)
@example("a1" * (extract.RUNS + 1))
@example("7 " + "a1" * (extract.RUNS + 1))
def test_the_last_number_is_found_from_the_end_as_from_the_beginning(text: str) -> None:
    spans = [match.span() for match in extract.NUMBER.finditer(text)]
    found = extract.last_number(text)

    assert (found and found.span()) == (spans[-1] if spans else None)
