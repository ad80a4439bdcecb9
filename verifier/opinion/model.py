"""Who is asked for a second opinion, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from verifier.model import Comparer, Verifier

if TYPE_CHECKING:
    from pathlib import Path


class AnswerVerifier(Verifier, Comparer, Protocol):
    """A verifier of answers with a gold."""


class Judge(Protocol):
    """Compares two answers by whatever means."""

    @property
    def name(self) -> str:
        """Of the model, for people."""

    async def agrees(self, first: str, second: str) -> bool:
        """Whether two answers to one question mean the same.

        Raises:
            NoOpinion: the judge could not be asked; nothing is known.
        """


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server."""

    url: str
    """Up to and with `/v1`."""
    model: str
    key_file: Path | None
    timeout_seconds: float
    concurrency: int
    """Questions asked at once."""
