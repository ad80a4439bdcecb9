"""Capitals, all or none or so many words of them."""

from __future__ import annotations

from verifier.instructions.language import is_in
from verifier.instructions.model import Count, Instruction, Relation, holds
from verifier.instructions.words import count_capital_words


class CapitalWordFrequency(Instruction):
    """So many words in capitals."""

    capital_frequency: Count
    capital_relation: Relation

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return holds(count_capital_words(text), self.capital_relation, self.capital_frequency)


class EnglishCapital(Instruction):
    """English, without a small letter."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return text.isupper() and is_in(text, "en")


class EnglishLowercase(Instruction):
    """English, without a capital."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return text.islower() and is_in(text, "en")
