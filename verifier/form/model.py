"""What a rule about form is: its arguments, and what is wrong with a response."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Rule(BaseModel):
    """A rule about form. The fields of each are its arguments."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    def broken(self, response: str) -> str | None:
        """What is wrong with a response, in a few words for people; None where nothing is. Linear in it."""
        raise NotImplementedError
