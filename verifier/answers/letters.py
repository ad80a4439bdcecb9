"""Which options a text chooses: letters in the forms that graders accept, or the text of an option."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from verifier.answers import exact, extract
from verifier.answers.inside import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

UNSAID = 10
"""Options where a task names none: MMLU-Pro has ten, nothing in use has more."""
ONE = r"(?:\\text\{ ?)?[(\[{]? ?(?P<letter>[A-Za-z]) ?[)\]}]?(?: ?\})?"
SINGLE = re.compile(ONE + r" ?[.:)]?")
LABELLED = re.compile(
    r"[(\[]? ?(?P<letter>[A-Z])(?: ?[)\]]| ?[.:](?= |$)|(?<!I) (?=\S))[ .:)]*(?P<rest>.*)", re.DOTALL
)
NAMED = re.compile(r"(?:options?|choices?|answers?|letters?) +", re.IGNORECASE)
SEPARATORS = re.compile(r" ?(?:,|;|&|/|\+|\band\b) ?")
RUN = re.compile(r"[A-Z]{2,}")
STANDING = re.compile(r"(?:^|[\s*(\[])[(\[*]*(?P<letter>[A-Z])(?:[)\].:*]+|\s|$)")


def chosen(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    """The letters that a response chooses, upper case; None where it chooses none.

    The place is an anchored answer (box, `Answer:`, `answer is`), else the whole text if it is nothing but a
    choice, else the last line's only standing letter.
    """
    found = extract.answer(text)
    if found is not None and found.anchor in {"box", "anchor", "whole"}:
        letters = read(found.text, choices)
        if letters is not None or found.anchor == "box":
            return letters
    anchored = extract.after_anchor(text)
    if anchored is not None:
        return read(anchored, choices)
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return read(lines[-1], choices) or _standing(lines[-1], choices) if lines else None


def read(source: str, choices: Sequence[str]) -> frozenset[str] | None:
    """The letters that a bare choice names; None where it names none of the options."""
    text = NAMED.sub("", tidy.tidy(source).replace(r"\text{ and }", " and "))
    for reader in (_single, _several, _option, _labelled):
        letters = reader(text, choices)
        if letters:
            return letters
    return None


def options(choices: Sequence[str]) -> str:
    """The letters that can be chosen."""
    return string.ascii_uppercase[: len(choices) or UNSAID]


def _known(letters: Sequence[str], choices: Sequence[str]) -> frozenset[str] | None:
    upper = [letter.upper() for letter in letters]
    return frozenset(upper) if upper and all(letter in options(choices) for letter in upper) else None


def _single(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    match = SINGLE.fullmatch(text)
    return _known([match.group("letter")], choices) if match else None


def _several(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    """`A, C`, `A and C`, and `AC` where the letters stand in order, as they do in no word of two options."""
    if RUN.fullmatch(text) and sorted(set(text)) == list(text):
        return _known(text, choices)
    parts = [SINGLE.fullmatch(part) for part in SEPARATORS.split(text.strip("{}[]()\\ ")) if part]
    if len(parts) < 2 or not all(parts):
        return None
    return _known([part.group("letter") for part in parts if part], choices)


def _option(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    """The text of exactly one option."""
    folded = _fold(text)
    matching = [
        letter
        for letter, choice in zip(options(choices)[: len(choices)], choices, strict=True)
        if _fold(tidy.tidy(choice)) == folded or exact.equal(tidy.tidy(choice), text)
    ]
    return frozenset(matching) if len(matching) == 1 else None


def _labelled(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    """`C: Paris`: the letter counts, unless the text belongs to another option."""
    match = LABELLED.fullmatch(text)
    if match is None:
        return None
    letter = _known([match.group("letter")], choices)
    told = _option(match.group("rest").strip(), choices)
    return None if told and told != letter else letter


def _standing(line: str, choices: Sequence[str]) -> frozenset[str] | None:
    letters = {match.group("letter") for match in STANDING.finditer(line)} - {"I"}
    return _known(sorted(letters), choices) if len(letters) == 1 else None


def _fold(text: str) -> str:
    return tidy.squeeze(text.casefold()).strip(". ")
