"""Which options a text chooses: letters in the forms that graders accept, or the text of an option."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from verifier.answers import anchors, exact, extract
from verifier.answers.inside import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 2_000
"""Characters of a choice, with the text of its option."""
UNSAID = 10
"""Options where a task names none: MMLU-Pro has ten, nothing in use has more."""
ONE = r"(?:\\text\{ ?)?[(\[{]? ?(?P<letter>[A-Za-z]) ?[)\]}]?(?: ?\})?"
SINGLE = re.compile(ONE + r" ?[.:)]?")
LABELLED = re.compile(
    r"[(\[]? ?(?P<letter>[A-Z])(?: ?[)\]]| ?[.:](?= |$)|(?<!I) (?=\S))[ .:)]*(?P<rest>.*)", re.DOTALL
)
NAMED = re.compile(
    r"(?:both +)?(?:the +)?(?:\b(?:options?|choices?|answers?|letters?) +|\bboth +)", re.IGNORECASE
)
WHOLE_TEXT = re.compile(r"\\text\{([^{}]*)\}")
SEPARATORS = re.compile(r" ?(?:,|;|&|/|\+|\b(?:and|und|et|y|e)\b|[和与及と]) ?")
ANOTHER = re.compile(
    r"[\s,.:)\]]*(?:/|&|\+|\b(?:or|and|oder|und|ou|et|o|y|but)\b|或者?|和|または|と)[^a-z]{0,4}[A-Z](?![a-z])"
)
"""A second letter behind the first: the choice is open, or there are several."""
REASONS = {"because", "since", "as", "is", "it", "which", "for", "due", "with", "by", "and", "but", "not"}
"""Words that follow the letter A where it is a letter; behind an article stand others."""
WORD_BEHIND = re.compile(r" ([a-z]+)")
FIRST_LETTER = re.compile(
    r"[(\[\N{FULLWIDTH LEFT PARENTHESIS}*$]*([A-Z])"
    r"(?:(?=[^\x00-\x7f])|[)\]*$]*, +(?=(?:because|since|as|not|which|for)\b))"
)
"""A letter before the signs of another script, or before a comma and a reason."""
DENIED = re.compile(r"(?:\bnot|n't|\bnever|\bneither|\bnor)\b(?:\s+\w+){0,2}\s*[(\[*]*$")
RUN = re.compile(r"[A-Z]{2,}")
STANDING = re.compile(r"(?:^|[\s*(\[])[(\[*]*(?P<letter>[A-Z])(?:[)\].:*]+|\s|$)")


def chosen(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    """The letters that a response chooses, upper case; None where it chooses none, or leaves it open.

    The place is a box, a tag or JSON, what follows the last anchor, the whole text if it is nothing but a
    choice, or the last line's only standing letter; the first of these that is there decides.
    """
    found = extract.answer(text)
    if found is not None and found.anchor == "box":
        return read(found.text, choices)
    stated = anchors.marked(text) or anchors.line(text)
    if stated is not None:
        return read(stated, choices) or _opening(stated[:LONGEST], choices)
    if found is not None and found.anchor == "whole" and (letters := read(found.text, choices)):
        return letters
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return read(lines[-1], choices) or _standing(lines[-1][:LONGEST], choices) if lines else None


def read(source: str, choices: Sequence[str]) -> frozenset[str] | None:
    """The letters that a bare choice names; None where it names none of the options."""
    if len(source) > LONGEST:
        return None
    text = tidy.tidy(source).replace(r"\text{ and }", " and ")
    whole = WHOLE_TEXT.fullmatch(text)
    text = NAMED.sub("", tidy.tidy(whole.group(1)) if whole else text)
    for reader in (_single, _several, _option, _options, _labelled):
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
    if match is None or ANOTHER.match(text, match.end("letter")) or _is_article(text, match):
        return None
    letter = _known([match.group("letter")], choices)
    told = _option(match.group("rest").strip(), choices)
    return None if told and told != letter else letter


def _is_article(text: str, match: re.Match[str]) -> bool:
    """Whether `A` is followed by a word and not by a reason."""
    behind = WORD_BEHIND.match(text, match.end("letter"))
    return match.group("letter") == "A" and behind is not None and behind.group(1) not in REASONS


def _options(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    """The texts of several options, and nothing else."""
    parts = [_option(part, choices) for part in SEPARATORS.split(text) if part.strip()]
    return frozenset().union(*parts) if len(parts) > 1 and all(parts) else None  # type: ignore[arg-type]


def _opening(text: str, choices: Sequence[str]) -> frozenset[str] | None:
    """What a sentence behind an anchor begins with: a letter in another script's words, or an option's text.

    A sentence that names the text of a second option leaves it open.
    """
    letter = FIRST_LETTER.match(text)
    if letter:
        return None if ANOTHER.match(text, letter.end()) else _known([letter.group(1)], choices)
    folded = _fold(tidy.tidy(text))
    named = [
        (folded.find(_fold(tidy.tidy(choice))), letter)
        for letter, choice in zip(options(choices)[: len(choices)], choices, strict=True)
        if re.search(rf"(?<!\w){re.escape(_fold(tidy.tidy(choice)))}(?!\w)", folded)
    ]
    return frozenset(named[0][1]) if len(named) == 1 and named[0][0] == 0 else None


def _standing(line: str, choices: Sequence[str]) -> frozenset[str] | None:
    matches = [
        match
        for match in STANDING.finditer(line)
        if not _is_article(line, match)
        and not DENIED.search(line, max(0, match.start() - 40), match.start("letter"))
    ]
    letters = {match.group("letter") for match in matches} - {"I"}
    return _known(sorted(letters), choices) if len(letters) == 1 else None


def _fold(text: str) -> str:
    return tidy.squeeze(text.casefold()).strip(". ")
