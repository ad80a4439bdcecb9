"""Golds: read once for each task, strictly, since an unreadable one must never become a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.answers import admission, exact, extract
from verifier.answers.errors import UnreadableGold
from verifier.answers.inside import tidy, words


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold, tidy."""

    text: str
    plain: bool
    """Whether it is sound without parsing: a number or words. Others are parsed before they count."""
    words: bool
    """Whether it is words, which algebra has nothing to say about."""


def read(source: str) -> Gold:
    """Read the text of one gold.

    Raises:
        UnreadableGold: it is empty, marks no answer, or is no mathematics.
    """
    found = extract.gold(source)
    text = tidy.tidy(found) if found is not None else ""
    if not text:
        raise UnreadableGold("is empty, or its box or dollars hold nothing")
    is_words = bool(words.read(text))
    refusal = None if is_words else admission.refusal(text)
    if refusal is not None:
        raise UnreadableGold(refusal.value)
    return Gold(text, is_words or exact.is_plain(text), is_words)
