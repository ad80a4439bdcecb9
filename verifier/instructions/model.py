"""What an instruction is to this room: the arguments it was published with, and whether a text follows it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Relation = Literal["less than", "at least"]
"""Under the number, or the number and more: the two that are published."""
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]
"""The longest published one is a prompt to repeat, of under 3,000 characters."""
Texts = Annotated[tuple[Text, ...], Field(min_length=1, max_length=100, strict=False)]


class Instruction(BaseModel):
    """One verifiable instruction. The fields of each kind are its published keyword arguments."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    def follows(self, text: str) -> bool:
        """Whether a text does what it was told to; linear in the text."""
        raise NotImplementedError


def holds(count: int, relation: Relation, number: int) -> bool:
    """Whether a count stands in a relation to a number."""
    return count < number if relation == "less than" else count >= number
