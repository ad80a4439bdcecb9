"""Plain numbers read exactly: integers, decimals, fractions, mixed numbers, powers of ten.

A text is a numeral only where it is nothing else: no units, percents, subscripts or times. What is read
here is an exact rational, so that comparing two numerals can never disagree with the truth.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from fractions import Fraction

CHARACTERS = 1_000
"""Models divide to hundreds of decimals. Longer rows of digits are no answer: see `answers.admission`."""
EXPONENT = 400
"""Largest power of ten written out; more than any physical constant needs."""
GOLD_DIGITS = 3
"""Significant digits from which on a decimal gold counts as rounded: 0.333 may be 1/3, but 0.5 is a half."""
ANSWER_DIGITS = 4
"""Significant digits that a decimal answer must show to stand for an exact gold without finite decimal."""

UNSIGNED = r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)(?:\.\d*)?|\.\d+"
DECIMAL = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<digits>{UNSIGNED})"
    r"(?:[eE](?P<e>[+-]?\d{1,4})"
    r"| ?(?:\\times|\\cdot|\*|x) ?10\^ ?(?:\{ ?|\( ?)?(?P<power>[+-]? ?\d{1,4})(?: ?[})])?)?"
)
POWER_OF_TEN = re.compile(r"(?P<sign>[+-]?) ?10\^ ?(?:\{ ?|\( ?)(?P<power>[+-]? ?\d{1,4})(?: ?[})])")
OVER = re.compile(
    rf"(?P<sign>[+-]?) ?\(?(?P<top>[+-]? ?(?:{UNSIGNED}))\)? ?/ ?\(?(?P<bottom>[+-]? ?(?:{UNSIGNED}))\)?"
)
FRACTION = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>\d+)? ?\\frac ?(?:\{ ?(?P<top>[+-]? ?[\d.,]+) ?\}|(?P<t>\d)) ?"
    r"(?:\{ ?(?P<bottom>[+-]? ?[\d.,]+) ?\}|(?P<b>\d))"
)
REPEATING = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>\d{0,15})\.(?P<once>\d{0,15}) ?"
    r"(?:\\overline ?\{ ?(?P<line>\d{1,15}) ?\}|\\dot ?\{ ?(?P<dot>\d) ?\}|\((?P<round>\d{1,15})\))"
)
"""0.1\\overline{6}, 0.\\dot{3} and 0.(3)."""
MIXED = re.compile(r"(?P<sign>[+-]?) ?(?P<whole>\d+) (?P<top>\d+) ?/ ?(?P<bottom>\d+)")


@dataclass(frozen=True)
class Numeral:
    """An exact value, and how it was written."""

    value: Fraction
    decimals: int | None = None
    """Digits after the point; None for integers and fractions; less than nothing for 3.20e5."""
    digits: int = 0
    """Significant digits shown, of a decimal."""


@functools.lru_cache(maxsize=1 << 14)
def read(text: str) -> Numeral | None:
    """The numeral that the whole tidy text is, if it is one. Remembered: golds and answers come in groups."""
    if not text or len(text) > CHARACTERS or not text.isascii():
        return None
    if text.startswith("(") and text.endswith(")"):
        inside = text[1:-1].strip()  # (1,234) is a pair
        return None if "(" in inside or "," in inside else read(inside)
    for pattern, reader in READERS:
        match = pattern.fullmatch(text)
        if match:
            return reader(match)
    return None


def same(gold: Numeral, answer: Numeral, tolerance: float | None = None) -> bool:
    """Whether two numerals mean the same number, at the precision that the gold was given with."""
    distance = abs(gold.value - answer.value)
    if tolerance is not None:
        return distance <= Fraction(tolerance)
    return distance == 0 or rounds_to(gold, answer.value) or rounds_back(gold, answer)


def rounds_to(gold: Numeral, value: Fraction) -> bool:
    """Whether a decimal gold is the value rounded to the gold's own decimals."""
    if gold.decimals is None or gold.digits < GOLD_DIGITS:
        return False
    return _is_within_half_a_digit(gold.value - value, gold.decimals)


def rounds_back(gold: Numeral, answer: Numeral) -> bool:
    """Whether a decimal answer is a gold that has no finite decimal, rounded to the answer's decimals."""
    return gold.decimals is None and not is_finite_decimal(gold.value) and is_rounding(answer, gold.value)


def is_rounding(answer: Numeral, value: Fraction) -> bool:
    """Whether a decimal answer shows enough digits, and is the value rounded to them."""
    if answer.decimals is None or answer.digits < ANSWER_DIGITS:
        return False
    return _is_within_half_a_digit(answer.value - value, answer.decimals)


def _is_within_half_a_digit(difference: Fraction, decimals: int) -> bool:
    return abs(difference) * 2 * Fraction(10) ** decimals <= 1


def is_near(value: Fraction, approximate: Numeral) -> bool:
    """Whether a number states the value to its own last digit: rounded, or cut off behind the point."""
    if not approximate.decimals:
        return _is_within_half_a_digit(value - approximate.value, 0)
    return abs(value - approximate.value) <= Fraction(1, 10) ** approximate.decimals


def is_finite_decimal(value: Fraction) -> bool:
    """Whether the value has a finite decimal: its denominator has no prime factors but 2 and 5."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _signed(match: re.Match[str], value: Fraction) -> Fraction:
    return -value if match.group("sign") == "-" else value


def _number(text: str) -> Fraction:
    return Fraction(_digits(text))


def _digits(text: str) -> str:
    return text.replace(" ", "").replace(",", "").rstrip(".")


def _decimal(match: re.Match[str]) -> Numeral | None:
    digits = _digits(match.group("digits"))
    power = int((match.group("e") or match.group("power") or "0").replace(" ", ""))
    if abs(power) > EXPONENT:
        return None
    value = _signed(match, Fraction(digits) * Fraction(10) ** power)
    whole, point, part = digits.partition(".")
    if not point:
        return Numeral(value)
    return Numeral(value, len(part) - power, len((whole + part).lstrip("0")))


def _power_of_ten(match: re.Match[str]) -> Numeral | None:
    power = int(match.group("power").replace(" ", ""))
    return Numeral(_signed(match, Fraction(10) ** power)) if abs(power) <= EXPONENT else None


def _over(match: re.Match[str]) -> Numeral | None:
    bottom = _number(match.group("bottom"))
    return Numeral(_signed(match, _number(match.group("top")) / bottom)) if bottom else None


def _fraction(match: re.Match[str]) -> Numeral | None:
    try:
        top = _number(match.group("top") or match.group("t"))
        bottom = _number(match.group("bottom") or match.group("b"))
    except ValueError:  # two points, or none but a comma
        return None
    whole = match.group("whole")
    if not bottom or (whole is not None and not 0 <= top < bottom):  # 2\frac{7}{3} may be a product
        return None
    return Numeral(_signed(match, int(whole or 0) + top / bottom))


def _repeating(match: re.Match[str]) -> Numeral:
    """The digits that are there once, and the repeated ones over as many nines."""
    once, again = match.group("once"), match.group("line") or match.group("dot") or match.group("round")
    shift = Fraction(10) ** len(once)
    head = int((match.group("whole") or "0") + once) / shift
    return Numeral(_signed(match, head + Fraction(int(again), 10 ** len(again) - 1) / shift))


def _mixed(match: re.Match[str]) -> Numeral | None:
    bottom = int(match.group("bottom"))
    if not bottom:
        return None
    return Numeral(_signed(match, int(match.group("whole")) + Fraction(int(match.group("top")), bottom)))


READERS = (
    (DECIMAL, _decimal),
    (POWER_OF_TEN, _power_of_ten),
    (OVER, _over),
    (FRACTION, _fraction),
    (MIXED, _mixed),
    (REPEATING, _repeating),
)
"""What a numeral can look like."""
