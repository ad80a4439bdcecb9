"""Words and sentences of a text, counted without a trained model.

IFEval counts words as runs of word characters, and so do we. It splits sentences with the Punkt model of
nltk, a download: here a sentence ends with `.`, `!`, `?`, an ellipsis or their Chinese and Hindi kin, before
white space or the end of the text, except behind an initial, a usual abbreviation or the number of a list. So
counts may differ by one where a text abbreviates in ways that are not listed, and where Punkt takes a short
line for a part of the next sentence. Words in capitals it takes from nltk's tokenizer, which parts `I'M` in
two; here a word keeps its hyphens, apostrophes, dots and ampersands.
"""

from __future__ import annotations

import re

WORD = re.compile(r"\w+")
TOKEN = re.compile(r"\w+(?:[-'’.&]\w+)*")
END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?=\s|$)|[。！？।]+[”’」』）]*")
BEFORE = re.compile(r"\S*$")
LOOK_BACK = 40
"""Characters before a full stop that may belong to its word."""
SHORT_FORMS = (
    "mr mrs ms dr prof sr jr st vs etc inc ltd co corp gen col sgt capt rev hon dept est approx fig vol "
    "jan feb apr jun jul aug sep sept oct nov dec mt ave blvd e.g i.e a.m p.m cf al"
)
ABBREVIATIONS = frozenset(SHORT_FORMS.split())
LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*\d{1,3}$")
INITIAL = re.compile(r"(?:^|[\s(\"'])(?:[A-Z]\.)*[A-HJ-Z]$")
"""`J.` in `J. Smith`; but a sentence may end with `I`."""


def count_words(text: str) -> int:
    """Runs of word characters, as IFEval counts them."""
    return sum(1 for _ in WORD.finditer(text))


def count_capital_words(text: str) -> int:
    """Words whose letters are all capitals."""
    return sum(match.group().isupper() for match in TOKEN.finditer(text))


def count_sentences(text: str) -> int:
    """Sentences, the last of which need not end with a mark."""
    sentences, position = 0, 0
    for match in END.finditer(text):
        if match.group() == "." and _is_inside(text, match.start()):
            continue
        sentences += bool(WORD.search(text, position, match.start()))
        position = match.end()
    return sentences + bool(WORD.search(text, position))


def _is_inside(text: str, stop: int) -> bool:
    """Whether a full stop belongs to the word before it."""
    before = text[max(0, stop - LOOK_BACK) : stop]
    word = BEFORE.search(before)
    bare = word.group().lstrip("(\"'“‘*_").casefold() if word else ""
    return bare in ABBREVIATIONS or bool(INITIAL.search(before) or LIST_NUMBER.search(before))
