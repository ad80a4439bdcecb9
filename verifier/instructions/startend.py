"""How a response starts and ends."""

from __future__ import annotations

from verifier.instructions.model import Instruction, Text


class EndChecker(Instruction):
    """The response ends with this phrase, in any case; a closing quotation mark may follow."""

    end_phrase: Text

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return text.strip().strip('"').strip().lower().endswith(self.end_phrase.strip().strip('"').lower())


class Quotation(Instruction):
    """The whole response stands between double quotation marks."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        bare = text.strip()
        return len(bare) > 1 and bare[0] == bare[-1] == '"'
