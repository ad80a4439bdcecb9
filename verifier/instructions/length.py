"""How long a response is, in words, sentences and paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import PositiveInt, model_validator

from verifier.instructions.model import Count, Instruction, Relation, Text, holds
from verifier.instructions.words import count_sentences, count_words

if TYPE_CHECKING:
    from typing_extensions import Self

DIVIDER = "***"
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
QUOTES = "\"'“”‘’*_([{"
WORD_END = re.compile(r"[.,?!:;'\"’”)*]")


class NumberSentences(Instruction):
    """So many sentences."""

    num_sentences: Count
    relation: Relation

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return holds(count_sentences(text), self.relation, self.num_sentences)


class NumberWords(Instruction):
    """So many words."""

    num_words: Count
    relation: Relation

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return holds(count_words(text), self.relation, self.num_words)


class NumberParagraphs(Instruction):
    """Exactly so many paragraphs between dividers `***`, which part nothing at the start and the end."""

    num_paragraphs: Count

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return count_parts(text, DIVIDER) == self.num_paragraphs


class NthParagraphFirstWord(Instruction):
    """Exactly so many paragraphs between blank lines, and one of them starts with a word, in any case."""

    num_paragraphs: PositiveInt
    nth_paragraph: PositiveInt
    first_word: Text

    @model_validator(mode="after")
    def _is_among_them(self) -> Self:
        if self.nth_paragraph > self.num_paragraphs:
            raise ValueError("nth_paragraph is over num_paragraphs")
        return self

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        paragraphs = [part for part in BLANK_LINES.split(text) if part.strip()]
        if len(paragraphs) != self.num_paragraphs:
            return False
        word = paragraphs[self.nth_paragraph - 1].split()[0].lstrip(QUOTES).casefold()
        wanted = self.first_word.strip().casefold()
        return wanted in {word, word.rstrip(".,?!:;\"'’”)*_"), WORD_END.split(word)[0]}


def count_parts(text: str, divider: str) -> int | None:
    """The parts between dividers; None where two dividers have nothing between them."""
    parts = [part.strip() for part in text.split(divider)]
    return None if "" in parts[1:-1] else sum(map(bool, parts))
