"""Two responses, or the request repeated before the answer."""

from __future__ import annotations

from verifier.instructions.length import count_parts
from verifier.instructions.model import Instruction, Text

DIVIDER = "******"


class TwoResponses(Instruction):
    """Exactly two responses that differ, with `******` between them."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        parts = {part.strip() for part in text.split(DIVIDER)} - {""}
        return count_parts(text, DIVIDER) == len(parts) == 2


class RepeatPrompt(Instruction):
    """The response starts with the request, word for word, in any case."""

    prompt_to_repeat: Text

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return text.strip().lower().startswith(self.prompt_to_repeat.strip().lower())
