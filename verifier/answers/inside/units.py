"""Units behind a value: cutting them off, and saying how one converts into another.

This serves answers whose gold may or may not name its unit. Physical quantities with tolerances are judged by
the verifier `quantity`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

SCALES: dict[str, dict[str, int | str]] = {
    "length": {"km": 1000, "m": 1, "dm": "1/10", "cm": "1/100", "mm": "1/1000", "in": "127/5000",
               "ft": "381/1250", "yd": "1143/1250", "mi": "201168/125"},
    "mass": {"t": 1000, "kg": 1, "g": "1/1000", "mg": "1/1000000", "lb": "45359237/100000000"},
    "time": {"h": 3600, "min": 60, "s": 1, "ms": "1/1000", "day": 86400, "week": 604800},
    "volume": {"L": 1, "mL": "1/1000"},
    "dollars": {"dollar": 1, "cent": "1/100"},
    "euros": {"euro": 1},
    "yen": {"yen": 1},
    "rupees": {"rupee": 1},
}  # fmt: skip
"""Factors to the base unit of each dimension: SI, and the international yard and pound of 1959.

Every currency is a dimension of its own, except the pound, which shares its name.
"""

NAMES = {
    "kilometer": "km", "kilometre": "km", "meter": "m", "metre": "m", "decimeter": "dm", "centimeter": "cm",
    "centimetre": "cm", "millimeter": "mm", "millimetre": "mm", "inch": "in", "inche": "in", "foot": "ft",
    "feet": "ft", "yard": "yd", "mile": "mi", "tonne": "t", "ton": "t", "kilogram": "kg", "gram": "g",
    "milligram": "mg", "pound": "lb", "hour": "h", "hr": "h",
    "minute": "min", "second": "s", "sec": "s", "liter": "L",
    "litre": "L", "l": "L", "ml": "mL", "milliliter": "mL", "millilitre": "mL",
    "usd": "dollar", "eur": "euro", "jpy": "yen", "mph": "mi/h", "kph": "km/h", "kmh": "km/h",
}  # fmt: skip
"""Long names, in the singular, and the symbol of each."""

WORD = 4
"""Letters from which on text behind a number is a word: 3 xyz is a product, 3 apples is not."""
NO_UNIT = {
    "or", "and", "not", "if", "else", "otherwise", "unless", "except", "maybe", "either", "neither", "nor",
    "but", "plus", "minus", "less", "more", "than", "at", "least", "most", "about", "approximately",
    "between", "to", "from", "up", "any", "all", "no", "other", "is", "are", "was", "equals",
}  # fmt: skip
"""Words that say something about a value, or about another one; with one of them a text is no unit."""
POWER = r"(?: ?\^ ?\{? ?(?P<power>-?\d) ?\}?)?"
IN_TEXT = re.compile(r"(?P<value>.+?) ?\\text\{(?P<unit>[^{}\\]+)\}" + POWER, re.DOTALL)
BEHIND_NUMBER = re.compile(
    r"(?P<value>[+-]?[\d., ]*\d|[+-]?(?:\d+ ?)?\\frac ?\{[\d ]+\} ?\{[\d ]+\}|\d+ ?/ ?\d+)"
    r"(?P<ordinal>st|nd|rd|th)?"
    r"(?P<unit> [a-zA-Z][a-zA-Z. /]*|[a-zA-Z]{2,}[a-zA-Z. /]*|[^\W\d_a-zA-Z]+|)" + POWER,
    re.UNICODE,
)


@dataclass(frozen=True)
class Quantity:
    """A value as text, and its unit in one spelling."""

    value: str
    unit: str


def read(text: str) -> Quantity | None:
    """The value and the unit behind it, if the text ends with one."""
    match = IN_TEXT.fullmatch(text) or BEHIND_NUMBER.fullmatch(text)
    if match is None:
        return None
    written = match.group("unit").strip(" .")
    if not _is_unit(written, in_text=match.re is IN_TEXT, ordinal=match.groupdict().get("ordinal")):
        return None
    power = match.group("power")
    return Quantity(match.group("value").strip(), _spelling(written) + (f"^{power}" if power else ""))


def _is_unit(written: str, *, in_text: bool, ordinal: str | None) -> bool:
    """Letters behind a number are a unit where they are text, are known, or are too long for a product."""
    if not written:
        return ordinal is not None
    if not NO_UNIT.isdisjoint(written.casefold().split()):
        return False
    return (
        in_text
        or bool(ordinal)
        or _scale(_spelling(written)) is not None
        or len(written) >= WORD
        or not written.isascii()
    )


def factor(gold: str, answer: str) -> Fraction | None:
    """What turns a value in the answer's unit into the gold's; None where they measure different things.

    Words that are no known unit (apples, people) carry no factor and agree with anything.
    """
    if gold == answer:
        return Fraction(1)
    left, right = _scale(gold), _scale(answer)
    if left is None or right is None:
        return Fraction(1)
    if left[0] != right[0]:
        return None
    return right[1] / left[1]


def _scale(unit: str) -> tuple[str, Fraction] | None:
    """What is measured, and the factor to its base unit; of a quotient, both are quotients."""
    top, over, bottom = unit.partition("/")
    if not over:
        return _power_scale(unit)
    scales = _power_scale(_spelling(top)), _power_scale(_spelling(bottom))
    if scales[0] is None or scales[1] is None:
        return None
    return f"{scales[0][0]}/{scales[1][0]}", scales[0][1] / scales[1][1]


def _power_scale(unit: str) -> tuple[str, Fraction] | None:
    symbol, _, power = unit.partition("^")
    for dimension, scales in SCALES.items():
        if symbol in scales:
            exponent = int(power or 1)
            return f"{dimension}^{exponent}", Fraction(scales[symbol]) ** exponent
    return None


def _spelling(written: str) -> str:
    top, per, bottom = written.partition(" per ")
    if per:
        return f"{_spelling(top.strip())}/{_spelling(bottom.strip())}"
    squared = re.fullmatch(r"(square|sq|cubic)\.? +(\w+)", written)
    if squared:
        return _spelling(squared.group(2)) + ("^3" if squared.group(1) == "cubic" else "^2")
    singular = written[:-1] if len(written) > 3 and written.endswith("s") else written
    folded = singular.casefold()
    return NAMES.get(folded, folded if len(folded) > 2 else singular)
