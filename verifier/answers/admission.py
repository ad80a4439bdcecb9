"""What may go before the algebra system at all: a safe alphabet, and sizes that an answer can have.

The parser makes symbols of whatever stands in a `\\text{…}` or under an accent, and an algebra system may
one day bring a symbol's name to a compiler. So names are letters and digits, here, before anything parses
them. Limits on size only spare the worker: it is killed by its own limits in any case.
"""

from __future__ import annotations

import enum
import re

from verifier.answers.inside import brackets

CHARACTERS = 4_000
"""Longest text compared; the longest gold of the public sets has under 500."""
NESTING = 60
"""Deepest nesting; fifty nested fractions already cost the parser more than a second."""
DIGITS = 1_000
"""Longest row of digits; CPython itself refuses to convert 4,301."""
TOWER = 4
"""Powers stacked this high have no value that anybody wrote down."""
EXPONENT = 100_000
"""Largest exponent written out; 2^{100000} has 30,103 digits."""

ALPHABET = re.compile(r"[A-Za-z0-9 \\{}()\[\].,:;+\-*/^_=<>!|&%']*")
WORD_COMMAND = re.compile(
    r"\\(?:text|mathbb|mathcal|mathscr|mathfrak|mathtt|bar|hat|vec|tilde|dot|ddot|overline|underline|widehat"
    r"|widetilde|overrightarrow|overleftarrow|operatorname|check|breve|acute|grave|mathring)\s*(?=\{)"
)
WORD = re.compile(r"[A-Za-z0-9 ,.\\{}_^-]*")
UNIT = re.compile(r"[A-Za-z0-9 ,./^-]*")
"""What `\\text{…}` may hold beside words: a quotient of units. No parser is given it as a name."""
DUNDER = re.compile(r"_\s*_")
POWER = re.compile(r"\^\s*\{?\s*(\d{6,})")
DIGIT_ROW = re.compile(rf"(?<!\d)\d{{{DIGITS + 1},}}")


class Refusal(enum.Enum):
    """Why a text is not given to the algebra system."""

    UNSAFE = "holds characters or names that mathematics has no use for"
    TOO_LARGE = "is larger than any answer"
    MALFORMED = "has brackets that do not close"


def refusal(text: str) -> Refusal | None:
    """Why a tidy text may not be parsed; None where it may."""
    if len(text) > CHARACTERS or DIGIT_ROW.search(text):
        return Refusal.TOO_LARGE
    if not ALPHABET.fullmatch(text) or DUNDER.search(text) or not _names_are_words(text):
        return Refusal.UNSAFE
    if not brackets.is_balanced(text):
        return Refusal.MALFORMED
    if brackets.depth(text) > NESTING or _is_tower(text) or _has_huge_power(text):
        return Refusal.TOO_LARGE
    return None


def tower(text: str) -> int:
    """How many powers stand on each other, at most: two in 2^{3^4} and in 2^3^4."""
    highest, chain, after_operand = 0, 0, False
    heights = [0]
    for match in brackets.TOKEN.finditer(text):
        part = match.group()
        if part == "^":
            chain = chain + 1 if after_operand else 1
            highest = max(highest, heights[-1] + chain)
            after_operand = False
        elif part in brackets.OPENING:
            heights.append(heights[-1] + chain)
            chain, after_operand = 0, False
        elif part in brackets.CLOSING:
            heights = heights[:-1] or [0]
            chain, after_operand = 0, False
        elif part.strip():
            after_operand = chain > 0 and not after_operand
            chain = chain if after_operand else 0
    return highest


def _is_tower(text: str) -> bool:
    return text.count("^") >= TOWER and tower(text) >= TOWER


def _has_huge_power(text: str) -> bool:
    return any(int(match.group(1)) > EXPONENT for match in POWER.finditer(text))


def _names_are_words(text: str) -> bool:
    for match in WORD_COMMAND.finditer(text):
        body = text[match.end() + 1 :].partition("}")[0]
        is_unit = match.group().startswith(r"\text") and UNIT.fullmatch(body)
        if not (WORD.fullmatch(body) or is_unit):
            return False
    return True
