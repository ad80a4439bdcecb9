"""No commas."""

from __future__ import annotations

from verifier.instructions.model import Instruction

COMMAS = {",", "\N{FULLWIDTH COMMA}"}


class NoComma(Instruction):
    """Not one comma, not even a Chinese one."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return not COMMAS & set(text)
