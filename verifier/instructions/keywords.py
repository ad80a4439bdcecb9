"""Words and letters that have to be there, or must not. They are texts, never patterns."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from verifier.instructions.model import Count, Instruction, Relation, Text, Texts, holds


class Existence(Instruction):
    """Each keyword occurs, in any case, also inside a longer word."""

    keywords: Texts

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        folded = text.casefold()
        return all(keyword.strip().casefold() in folded for keyword in self.keywords)


class Frequency(Instruction):
    """The keyword occurs so often, in any case, also inside longer words."""

    keyword: Text
    frequency: Count
    relation: Relation

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        found = text.casefold().count(self.keyword.strip().casefold())
        return holds(found, self.relation, self.frequency)


class ForbiddenWords(Instruction):
    """None of the words occurs as a word of its own, in any case."""

    forbidden_words: Texts

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return not any(
            re.search(rf"(?<!\w){re.escape(word.strip())}(?!\w)", text, re.IGNORECASE)
            for word in self.forbidden_words
        )


class LetterFrequency(Instruction):
    """A letter, or another single character, occurs so often, in either case."""

    letter: Annotated[str, Field(min_length=1, max_length=1)]
    let_frequency: Count
    let_relation: Relation

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return holds(text.lower().count(self.letter.lower()), self.let_relation, self.let_frequency)
