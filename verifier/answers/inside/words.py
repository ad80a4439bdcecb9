"""Answers in words: yes, even, Petya. Folding changes case, punctuation and articles, never a word."""

from __future__ import annotations

import re

TEXT = re.compile(r"\\text\{([^{}\\]*)\}")
PLAIN = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '\-.])*", re.UNICODE)
SHORT = {"yes", "no", "odd", "none", "true"}
"""Words that are shorter than the four letters from which on letters are a word rather than a product."""
ARTICLES = {"a", "an", "the"}


def read(text: str) -> str:
    """The folded words that the whole tidy text is; empty where it is anything else."""
    inner = TEXT.sub(lambda m: f" {m.group(1)} ", text)
    plain = inner.strip(" .,!?'\"")
    if not PLAIN.fullmatch(plain):
        return ""
    folded = [word for word in re.split(r"[ .\-']+", plain.casefold()) if word]
    if not _is_language(folded, wrapped=inner != text):
        return ""
    return " ".join(word for word in folded if word not in ARTICLES) or " ".join(folded)


def _is_language(folded: list[str], *, wrapped: bool) -> bool:
    shortest = 2 if wrapped else 4
    return any(len(word) >= shortest or word in SHORT or not word.isascii() for word in folded)
