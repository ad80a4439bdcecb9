"""Units: which one a text names, and what a value in one is in another.

No text goes to pint's parser, which evaluates arithmetic: `m^{9999999}` and `2**99999999` are texts, too. A
unit is read here, from a short text with a small grammar (names, products, quotients, parentheses, exponents
of one digit), and pint is asked one name at a time, by a look-up without evaluation. So the cost is bounded
by the length of the text, and no jail is needed. Factors are exact fractions.

The registry is loaded once, with the first task that needs it: half a second of processor time.
"""

from __future__ import annotations

import functools
import re
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pint

    Registry: TypeAlias = pint.UnitRegistry[Fraction]
    Unit: TypeAlias = pint.Unit

CHARACTERS = 80
TOKENS = 24
"""Longest unit read: far over `kilogram meter squared per second cubed per ampere squared`."""
TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z\N{MICRO SIGN}]+)(?:\s*\^\s*(?P<power>-?\d)(?!\d)|(?P<digit>-?\d)(?!\d))?"
    r"|(?P<mark>[*/()])|(?P<one>1)(?=\s*/))\s*"
)
SPELLINGS = (
    (re.compile(r"\^\{-\}\^\{?(\d)\}?"), r"^-\1"),
    (re.compile(r"\^\s*\{?\s*\\circ\s*\}?\s*"), "\N{DEGREE SIGN}"),
    (re.compile(r"\^\s*\{\s*([^{}]*?)\s*\}"), r"^\1"),
    (re.compile(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"(\1)/(\2)"),
    (re.compile(r"\\text\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\\text\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\\mu(?![a-zA-Z])\s*"), "\N{MICRO SIGN}"),
    (re.compile(r"\\mum(?![a-zA-Z])"), "\N{MICRO SIGN}m"),
    (re.compile(r"\\Omega(?![a-zA-Z])"), "ohm"),
    (re.compile(r"\\(?:AA|angstrom)(?![a-zA-Z])"), "angstrom"),
    (re.compile(r"\\(?:cdot|times)(?![a-zA-Z])|\N{MIDDLE DOT}"), "*"),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"%|\bpercent\b"), " percent "),
    (re.compile(r"\bper\b"), "/"),
    (re.compile(r"\b(?:square|sq\.?)\s+([A-Za-z]+)"), r"\1^2"),
    (re.compile(r"\b(?:cubic)\s+([A-Za-z]+)"), r"\1^3"),
    (re.compile(r"\b([A-Za-z]+)\s+squared\b"), r"\1^2"),
    (re.compile(r"\b([A-Za-z]+)\s+cubed\b"), r"\1^3"),
    (re.compile(r"(?:\bdegrees?|\N{DEGREE SIGN})\s*(?:C\b|[Cc]elsius\b)"), "degC"),
    (re.compile(r"(?:\bdegrees?|\N{DEGREE SIGN})\s*(?:F\b|[Ff]ahrenheit\b)"), "degF"),
    (re.compile(r"\blight[ -]years?\b"), "lightyear"),
    (re.compile(r"\N{DEGREE SIGN}"), " degree "),
)
"""What units are written with, in the spelling of the grammar; applied in this order."""
NAMES = {
    "AU": "astronomical_unit", "Torr": "torr", "Angstrom": "angstrom", "Angstroms": "angstrom",
    "kgs": "kilogram", "Kelvin": "kelvin", "Kelvins": "kelvin", "Celsius": "degree_Celsius",
    "Fahrenheit": "degree_Fahrenheit", "sec": "second", "secs": "second",
    "hrs": "hour", "mins": "minute", "kmph": "kilometer_per_hour", "kph": "kilometer_per_hour",
}  # fmt: skip
"""Spellings that pint does not know, or knows as something rarer."""
OFFSETS = {"degree_Celsius": "delta_degree_Celsius", "degree_Fahrenheit": "delta_degree_Fahrenheit"}
"""Scales whose zero is elsewhere, and the difference that each stands for within a product."""
LOGARITHMIC = {"decibel", "bel", "neper", "octave", "decade", "decibelmilliwatt", "decibelmicrowatt"}
Factors: TypeAlias = "list[tuple[str, int]]"


def read(text: str) -> list[Unit]:
    """The units that a whole text may name, likeliest first; none where it names none.

    Two where `J/kg*K` leaves open whether the K is above the line or below.
    """
    if len(text) > CHARACTERS:
        return []
    tokens = _tokens(text)
    if not tokens:
        return []
    readings = (_product(tokens, below=below) for below in (False, True))
    distinct = {tuple(sorted(factors)): factors for factors in readings if factors}
    return [_unit(factors) for factors in distinct.values()]


def convert(value: Fraction, unit: Unit, to: Unit) -> Fraction | None:
    """A value in another unit; None where the two measure different things."""
    import pint  # noqa: PLC0415 -- with the registry

    try:
        converted = _registry().Quantity(value, unit).to(to).magnitude
    except (pint.DimensionalityError, pint.OffsetUnitCalculusError, pint.UndefinedUnitError):
        return None
    return Fraction(converted)


def in_base_units(value: Fraction, unit: Unit) -> tuple[Fraction, str]:
    """A value and its unit in base units: equal for equal quantities."""
    base = _registry().Quantity(value, unit).to_base_units()
    return Fraction(base.magnitude), str(base.units)


def _tokens(text: str) -> list[re.Match[str]]:
    """The tokens that make up a text; none where anything else stands in it."""
    for pattern, spelling in SPELLINGS:
        text = pattern.sub(spelling, text)
    text = text.strip(" .")
    tokens: list[re.Match[str]] = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None or len(tokens) >= TOKENS:
            return []
        tokens.append(match)
        position = match.end()
    return tokens


def _product(tokens: list[re.Match[str]], *, below: bool) -> Factors | None:
    """The factors of a unit with their exponents; None where the tokens are none.

    Args:
        tokens: of the whole text.
        below: whether everything behind a `/` is below the line, as in J/kg K, or its next factor alone.
    """
    factors: Factors = []
    signs, sign = [1], 1
    for token in tokens:
        mark = token.group("mark")
        if mark == "/":
            sign = -1
        elif mark == "(":
            signs.append(signs[-1] * sign)
            sign = 1
        elif mark == ")":
            if len(signs) == 1:
                return None
            signs.pop()
            sign = -1 if below and sign < 0 else 1
        elif token.group("name"):
            name = _known(token.group("name"))
            if name is None:
                return None
            power = int(token.group("power") or token.group("digit") or 1)
            factors.append((name, power * sign * signs[-1]))
            sign = sign if below else 1
    return factors if len(signs) == 1 and tokens[-1].group("mark") not in {"*", "/"} else None


def _known(name: str) -> str | None:
    """The full name that pint has for a unit, prefix included."""
    if name in NAMES:
        return NAMES[name]
    found = _registry().parse_unit_name(name)
    if not found or found[0][1] in LOGARITHMIC:
        return None
    return found[0][0] + found[0][1]


def _unit(factors: Factors) -> Unit:
    registry = _registry()
    alone = len(factors) == 1 and factors[0][1] == 1
    product = registry.Unit("")
    for name, power in factors:
        product *= registry.Unit(name if alone else OFFSETS.get(name, name)) ** power
    return product


@functools.cache
def _registry() -> Registry:
    import pint  # noqa: PLC0415 -- half a second, for those who judge quantities

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
