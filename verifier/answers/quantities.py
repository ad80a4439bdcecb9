"""Numbers with units in what a model says.

In a box the whole content has to be a quantity. Behind `answer is` or in prose it is the number with the
unit that follows it; words that name no unit are prose. So a unit is never lost, and 10 cm never read as 10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.answers import extract, measures
from verifier.answers.inside import brackets, numeral, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.answers.inside.numeral import Numeral
    from verifier.answers.measures import Unit

CHARACTERS = 200
"""Longest text that is read as one quantity."""
LINE = 1_000
"""Of a line of prose, from its beginning."""
WORDS = 8
"""Words of a unit in prose."""
STATED = re.compile(r"=|\\approx(?![a-zA-Z])")
NAME = re.compile(r"[A-Za-z\\][A-Za-z\\_{}^0-9, ()']*")
ANOTHER = re.compile(r"\s*(?:,|;|/|or\b|to\b|and\b|-|\\pm\b|\\text\{ ?or ?\})\s*[-+]?\.?\d")
LETTER = re.compile(r"[^\W\d_]")
COMMAND = re.compile(r"\\(?!text)[a-zA-Z]+")
NUMBER = re.compile(r"(?<![\w.^{])[-+]?(?:\d|\.\d|\\frac)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value as it was written, and the units it may be in."""

    value: str
    number: Numeral | None
    """The value, where it is a numeral and takes no algebra."""
    units: tuple[Unit, ...]
    """None where no unit was written; more than one where the writing leaves it open."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a response says: the text, and the quantities in it, which all have to be right."""

    text: str
    quantities: tuple[Quantity, ...] | None
    """None where the text is no quantity."""


def find(text: str) -> Found | None:
    """The answer of a response after its thoughts; None where there is none."""
    found = extract.answer(text)
    if found is not None and found.anchor == "box":
        boxed = tidy.tidy(found.text)
        return Found(boxed, stated(boxed))
    line = extract.after_anchor(text)
    if line is None:
        lines = [line for line in text.strip().splitlines() if NUMBER.search(tidy.tidy(line))]
        line = lines[-1] if lines else None
        return _in_prose(line, last=True) if line else None
    return _in_prose(line, last=False)


def stated(text: str) -> tuple[Quantity, ...] | None:
    """The quantities that a whole text states: `5 m`, `v = 5 m/s`, `5 km = 5000 m`; None where it is none."""
    if len(text) > CHARACTERS:
        return None
    sides = [side.strip() for side in STATED.split(text)]
    if len(sides) > 1 and (not sides[0] or NAME.fullmatch(sides[0])):
        sides = sides[1:]
    quantities = [whole(side) for side in sides]
    return tuple(each for each in quantities if each) if all(quantities) else None


def whole(text: str) -> Quantity | None:
    """The quantity that a whole tidy text is."""
    for end in range(min(len(text), numeral.CHARACTERS), 0, -1):
        number = numeral.read(text[:end].strip())
        rest = text[end:].strip()
        if number and (not rest or _parted(text, end)):
            units = tuple(measures.read(rest))
            if units or not rest:
                return Quantity(text[:end].strip(), number, units)
    return _with_algebra(text)


def _with_algebra(text: str) -> Quantity | None:
    """A value that is no numeral, and the longest unit behind it."""
    for start in range(1, len(text)):
        value = text[:start].strip()
        if not _parted(text, start) or not brackets.is_balanced(value):
            continue
        units = tuple(measures.read(text[start:].strip()))
        if units and value and not value.endswith(("^", "_", "/", "*")):
            return Quantity(value, None, units)
    return None if not text or LETTER.search(COMMAND.sub(" ", text)) else Quantity(text, None, ())


def _parted(text: str, place: int) -> bool:
    """Whether a value may end here: not within a word, a number or a command."""
    before, after = text[place - 1], text[place]
    if before.isalpha() and after.isalpha():
        return False
    return before != "\\" and not (before.isdigit() and (after.isdigit() or after == "."))


def _in_prose(line: str, *, last: bool) -> Found:
    text = tidy.tidy(line[:LINE])
    if whole_line := _plainly(text):
        return Found(text, whole_line)
    places = [match.start() for match in NUMBER.finditer(text)]
    if not places:
        return Found(text, None)
    place = places[-1] if last else places[0]
    for quantity, rest in _leading(text[place:]):
        hedged = ANOTHER.match(rest)
        return Found(text[place:], None if hedged else (quantity,))
    return Found(text, None)


def _plainly(text: str) -> tuple[Quantity, ...] | None:
    """A line that is nothing but quantities, each of them a numeral."""
    quantities = stated(text)
    return quantities if quantities and all(each.number for each in quantities) else None


def _leading(text: str) -> Iterator[tuple[Quantity, str]]:
    """The quantity at the start of a text and what follows it, with the longest unit first."""
    for end in range(min(len(text), numeral.CHARACTERS), 0, -1):
        number = numeral.read(text[:end].strip())
        if number is None or (end < len(text) and not _parted(text, end)):
            continue
        words = re.findall(r"\s*\S+", text[end:])[:WORDS]
        for count in range(len(words), 0, -1):
            unit = "".join(words[:count])
            units = tuple(measures.read(unit.strip().strip(".,;:")))
            if units:
                yield Quantity(text[:end].strip(), number, units), text[end + len(unit) :]
        yield Quantity(text[:end].strip(), number, ()), text[end:]
