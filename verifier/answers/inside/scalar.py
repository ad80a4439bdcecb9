"""One value against one value: percents, degrees, units, bases, residues, ratios and times are read here.

What remains is a pair of bare expressions, compared by whoever called: exactly on the host, symbolically in
the jail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Callable  # noqa: UP035 -- evaluated on Python 3.9

from verifier.answers.inside import brackets, logic, numeral, tidy, units

Compare = Callable[[str, str], "bool | None"]
"""Whether two bare expressions, gold first, have the same value; None where that is not known."""

CHARACTERS = 300
"""Longer texts are no times, percents or quantities; the bound keeps the patterns below cheap."""
PERCENT = re.compile(r"(?P<core>.+?) ?%", re.DOTALL)
DEGREES = re.compile(
    r"(?P<core>.+?) ?\^ ?\{? ?\\circ ?\}?|(?P<words>.+?) ?(?:\\text\{ ?degrees? ?\}|degrees?)", re.DOTALL
)
TRIGONOMETRY = re.compile(r"\\(?:sin|cos|tan|cot|sec|csc)(?![a-zA-Z])")
"""Takes an angle, and is none: 4 \\sin 15^\\circ."""
BASED = re.compile(r"\(?(?P<digits>[0-9A-Fa-f]+)\)? ?_ ?\{? ?\(?(?P<base>\d{1,2})\)? ?\}?")
RADIANS = re.compile(r"(?P<core>.+?) ?(?:\\text\{ ?(?:radians?|rad) ?\}|radians?|\brad)", re.DOTALL)
SEXAGESIMAL = re.compile(
    r"(?P<degrees>\d{1,4}) ?\^ ?\{? ?\\circ ?\}? ?(?P<minutes>\d{1,2}) ?(?:'|\^ ?\{? ?\\prime ?\}?)"
    r"(?: ?(?P<seconds>\d{1,2}) ?(?:''|\^ ?\{ ?\\prime ?\\prime ?\})?)?"
)
"""Degrees, minutes and seconds of arc."""
RESIDUE = re.compile(
    r"(?:(?P<name>[a-z]) ?\\equiv ?)?(?P<value>-?\d{1,30}) ?\(? ?(?:\\[pb]?mod|mod) ?"
    r"\{? ?(?P<modulus>\d{1,30}) ?\}? ?\)?"
)
CLOCK = re.compile(
    r"(?P<hours>\d{1,2}):(?P<minutes>\d\d) ?(?:\\text\{ ?)?(?P<half>[aApP]\.?[mM]\.?)?(?: ?\})?"
)


@dataclass(frozen=True)
class Residue:
    """A class of integers."""

    value: int
    modulus: int


def equal(gold: str, answer: str, same: Compare) -> bool | None:
    """Whether two scalars mean the same; None where that is not known."""
    if tidy.squeeze(gold) == tidy.squeeze(answer):
        return True
    if max(len(gold), len(answer)) > CHARACTERS:
        return same(gold, answer)
    for rule in RULES:
        decided, truth = rule(gold, answer, same)
        if decided:
            return truth
    return same(gold, answer)


def is_typed(text: str) -> bool:
    """Whether the text is a clock time, a numeral in a base, a residue or a ratio."""
    if len(text) > CHARACTERS:
        return False
    forms = (CLOCK, BASED, RESIDUE)
    terms, found = brackets.split(text, frozenset(":"))
    return any(form.fullmatch(text) for form in forms) or (bool(found) and all(terms))


def core(text: str) -> str | None:
    """What stands before a percent sign, a degree sign or a unit; None where there is none."""
    if len(text) > CHARACTERS:
        return None
    percent, degrees, quantity = PERCENT.fullmatch(text), _degrees(text), units.read(text)
    if percent:
        return percent.group("core")
    return degrees or (quantity.value if quantity else None)


def _clocks(gold: str, answer: str, _same: Compare) -> tuple[bool, bool | None]:
    """Times of day: both are written h:mm, and one of them with its half of the day or on the hour."""
    times = CLOCK.fullmatch(gold), CLOCK.fullmatch(answer)
    if not (times[0] and times[1]):
        return False, None
    if not any(t.group("half") or t.group("minutes") == "00" for t in times if t):
        return False, None
    return True, _minutes(times[0]) == _minutes(times[1])


def _minutes(time: re.Match[str]) -> int:
    hours, half = int(time.group("hours")), (time.group("half") or "").casefold()[:1]
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    return hours * 60 + int(time.group("minutes"))


def _ratios(gold: str, answer: str, same: Compare) -> tuple[bool, bool | None]:
    """`a:b` is the quotient; longer ratios are compared term by term, up to one common factor."""
    terms = [brackets.split(text, frozenset(":"))[0] for text in (gold, answer)]
    lengths = [len(part) for part in terms]
    if max(lengths) < 2 or not all(all(part) for part in terms):
        return False, None
    if max(lengths) == 2:
        return True, same(_quotient(terms[0]), _quotient(terms[1]))
    if lengths[0] != lengths[1]:
        return True, False
    left, right = ([_quotient([term, each[0]]) for term in each[1:]] for each in terms)
    return True, logic.every(map(same, left, right))


def _quotient(terms: list[str]) -> str:
    if len(terms) == 1:
        return terms[0]
    top, bottom = (numeral.read(term) for term in terms)
    if top and bottom and bottom.value:
        return _fraction(top.value / bottom.value)
    return rf"\frac{{{terms[0]}}}{{{terms[1]}}}"


def _fraction(value: Fraction) -> str:
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"


def _bases(gold: str, answer: str, _same: Compare) -> tuple[bool, bool | None]:
    """A numeral with its base equals one of the same value; against a bare one the digits have to agree."""
    left, right = BASED.fullmatch(gold), BASED.fullmatch(answer)
    if left and right:
        return True, _in_base(left) == _in_base(right)
    if left is None and right is None:
        return False, None
    based, bare = (left, answer) if left else (right, gold)
    if based is None or not re.fullmatch(r"[0-9A-Fa-f]+", bare):
        return False, None
    return True, isinstance(_in_base(based), int) and based.group("digits").casefold() == bare.casefold()


def _in_base(match: re.Match[str]) -> int | str:
    """The value; the text itself where a digit is none of the base's."""
    base = int(match.group("base"))
    try:
        return int(match.group("digits"), base) if base > 1 else match.group()
    except ValueError:
        return match.group()


def _residues(gold: str, answer: str, _same: Compare) -> tuple[bool, bool | None]:
    left, right = _residue(gold), _residue(answer)
    if left and right:
        alike = left.modulus == right.modulus and (left.value - right.value) % left.modulus == 0
        return True, alike
    if left or right:
        return _residue_and_number(left or right, answer if left else gold)
    return False, None


def _residue_and_number(residue: Residue | None, text: str) -> tuple[bool, bool | None]:
    """A class is named by its smallest member from zero on, and by no other number."""
    bare = numeral.read(text)
    if residue is None or bare is None:
        return False, None
    return True, 0 <= residue.value < residue.modulus and bare.value == residue.value


def _residue(text: str) -> Residue | None:
    match = RESIDUE.fullmatch(text)
    if match is None or int(match.group("modulus")) == 0:
        return None
    return Residue(int(match.group("value")), int(match.group("modulus")))


def _percents(gold: str, answer: str, same: Compare) -> tuple[bool, bool | None]:
    """`50%` is 50 and is 0.5: models and golds write either. Two percents are compared as written."""
    left, right = PERCENT.fullmatch(gold), PERCENT.fullmatch(answer)
    if left and right:
        return True, equal(left.group("core"), right.group("core"), same)
    if left:
        core = left.group("core")
        return True, logic.some(equal(text, answer, same) for text in (core, _hundredth(core)))
    if right:
        core = right.group("core")
        return True, logic.some(equal(gold, text, same) for text in (core, _hundredth(core)))
    return False, None


def _hundredth(core: str) -> str:
    if re.fullmatch(r"[+-]?[\d,]*\.?\d+", core):
        return core + "e-2"
    return rf"\frac{{{core}}}{{100}}"


def _angles(gold: str, answer: str, same: Compare) -> tuple[bool, bool | None]:
    """Degrees against degrees or a bare number as written, against a multiple of pi as radians."""
    plain = [RADIANS.sub(lambda m: m.group("core"), text) for text in (gold, answer)]
    if plain != [gold, answer]:
        return True, equal(plain[0], plain[1], same)
    left, right = _degrees(gold), _degrees(answer)
    if left and right:
        return True, same(left, right)
    if left:
        return True, same(left if numeral.read(answer) else _radians(left), answer)
    if right:
        return True, same(gold, right if numeral.read(gold) else _radians(right))
    return False, None


def _degrees(text: str) -> str | None:
    """The number of degrees; None where the text is no angle in degrees."""
    arc = SEXAGESIMAL.fullmatch(text)
    if arc:
        seconds = 60 * int(arc.group("minutes")) + int(arc.group("seconds") or 0)
        return _fraction(int(arc.group("degrees")) + Fraction(seconds, 3600))
    match = DEGREES.fullmatch(text)
    core = (match.group("core") or match.group("words")) if match else None
    return None if core is None or TRIGONOMETRY.search(core) else core


def _radians(degrees: str) -> str:
    return rf"\frac{{({degrees})\pi}}{{180}}"


def _units(gold: str, answer: str, same: Compare) -> tuple[bool, bool | None]:
    """A unit may be left out; two units that are given have to agree, and lengths convert to lengths."""
    left, right = units.read(gold), units.read(answer)
    if left is None and right is None:
        return False, None
    if left and right:
        factor = units.factor(left.unit, right.unit)
        if factor is None:
            return True, False
        return True, equal(left.value, right.value if factor == 1 else _scaled(right.value, factor), same)
    named, bare = (left, answer) if left else (right, gold)
    if named is None or (len(named.unit) == 1 and numeral.read(bare) is None):
        return False, None  # 2 m beside an expression may be two times m
    return True, equal(named.value, answer, same) if left else equal(gold, named.value, same)


def _scaled(value: str, factor: Fraction) -> str:
    number = numeral.read(value)
    if number:
        return _fraction(number.value * factor)
    return rf"({value})\cdot{_fraction(factor)}"


RULES = (_clocks, _ratios, _bases, _residues, _percents, _angles, _units)
"""Rules in order; the first that applies decides, and may find the values undecided."""
