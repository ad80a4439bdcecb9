"""Where a text sets mathematics: `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]`. One pass, linear in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(r"\$\$|\\[\[\]()]|\\.|\$", re.DOTALL)
CLOSERS = {"$": "$", "$$": "$$", r"\[": r"\]", r"\(": r"\)"}


@dataclass(frozen=True, slots=True)
class Formula:
    """A piece of mathematics, from its opening delimiter to behind its closing one."""

    start: int
    end: int
    content: str


def formulas(text: str) -> list[Formula]:
    """All pieces, in order. An opening that meets another opening before its end opens nothing."""
    found: list[Formula] = []
    opening: re.Match[str] | None = None
    for token in TOKEN.finditer(text):
        if opening is not None and token.group() == CLOSERS[opening.group()]:
            formula = _between(text, opening, token)
            opening = None
            if formula is not None:
                found.append(formula)
                continue
        if _opens(text, token):
            opening = token
    return found


def without(text: str, found: list[Formula] | None = None) -> str:
    """The text with spaces in place of mathematics, which may have been `found` already."""
    pieces, position = [], 0
    for formula in formulas(text) if found is None else found:
        pieces += [text[position : formula.start], " " * (formula.end - formula.start)]
        position = formula.end
    return "".join(pieces) + text[position:]


def _opens(text: str, token: re.Match[str]) -> bool:
    """A dollar behind a digit is money."""
    if token.group() not in CLOSERS:
        return False
    return token.group() != "$" or not text[token.start() - 1 : token.start()].isdigit()


def _between(text: str, opening: re.Match[str], closing: re.Match[str]) -> Formula | None:
    """The piece between two delimiters; a single dollar does not reach beyond its line."""
    content = text[opening.end() : closing.start()].strip()
    if not content or (opening.group() == "$" and "\n" in text[opening.end() : closing.start()]):
        return None
    return Formula(opening.start(), closing.end(), content)
