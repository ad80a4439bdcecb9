"""Remarks behind an answer that restate its domain: `for all positive integers n`, `k \\in \\mathbb{Z}`.

They are cut off, whatever side they stand on, and a parameter that one of them declares may have any name.
A remark with anything else in it (a number, a relation) is part of the answer and stays.
"""

from __future__ import annotations

import re

from verifier.answers.inside.reading import NAME

VOCABULARY = (
    "for|where|with|all|some|any|every|each|is|are|an|a|arbitrary|positive|negative|nonnegative|non-negative|nonzero"
    "|integers|integer|reals|real|rationals|rational|naturals|natural|numbers|number|constants|constant|and"
)
"""Words that restate a domain and say nothing else."""
DOMAIN = rf"(?P<member>{NAME}) ?\\in ?\\mathbb ?\{{?[ZNRQC]\}}?(?: ?[\^_] ?\{{?[+*0]\}}?)?"
IN_WORDS = rf"(?P<asserted>{NAME})? ?\\text\{{ ?(?:(?:{VOCABULARY}) ?)+\}} ?(?P<name>{NAME})?"
PLAIN_WORDS = rf"(?:for|where|with) (?:(?:{VOCABULARY}) )+(?P<plain>{NAME})"
REMARK = re.compile(
    rf"[ ,;]*(?:\\text\{{ ?(?:for|where|with)[a-z ]*\}} ?)?(?:{DOMAIN}|{IN_WORDS}|{PLAIN_WORDS})[ .]*$"
)
LETTER = re.compile(r"\\[a-zA-Z]+ ?|[a-zA-Z]")
COMMAND = re.compile(r"\\(?!(?:alpha|beta|gamma|lambda|mu|theta|phi|ell)\b)[a-zA-Z]+")
REACH = 120
"""Characters from the end within which a remark stands; the bound keeps hostile texts cheap."""


def settle(gold: str, answer: str) -> tuple[str, str]:
    """Both texts without such remarks, the answer in the gold's names."""
    bare_gold, declared_by_gold = cut(gold)
    bare_answer, declared = cut(answer)
    for name in (*declared, *declared_by_gold):
        bare_answer = _renamed(bare_gold, bare_answer, name)
    return bare_gold, bare_answer


def cut(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without a remark, and the names that the remark declares."""
    start = max(0, len(text) - REACH)
    match = REMARK.search(text, start)
    if match is None or not text[: match.start()].strip():
        return text, ()
    names = (match.group(key) for key in ("member", "asserted", "name", "plain"))
    return text[: match.start()].strip(), tuple(name.strip() for name in names if name)


def letters(text: str) -> set[str]:
    """The single letters of a text that may be variables."""
    return {match.group().strip() for match in LETTER.finditer(text) if not COMMAND.match(match.group())}


def rename(text: str, old: str, new: str) -> str:
    """The text with one letter for another."""
    return LETTER.sub(lambda m: new + " " if m.group().strip() == old else m.group(), text).strip()


def _renamed(gold: str, answer: str, declared: str) -> str:
    """Rename the one letter that each side has to itself, if one of the two was declared."""
    values = [letters(text.rpartition("=")[2]) for text in (gold, answer)]
    own_gold, own_answer = values[0] - values[1], values[1] - values[0]
    if len(own_gold) != 1 or len(own_answer) != 1 or declared not in own_gold | own_answer:
        return answer
    return rename(answer, own_answer.pop(), own_gold.pop())
