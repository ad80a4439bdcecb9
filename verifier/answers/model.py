"""What the answer room passes around: pairs to compare, and what came of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Finding(enum.Enum):
    """What comparing an answer with a gold came to. The values are the words of the worker's frames."""

    EQUAL = "equal"
    DIFFERENT = "different"
    GOLD_UNREADABLE = "gold_unreadable"
    TOO_HARD = "too_hard"
    DIED = "died"
    """The jail died twice on this pair while a known-good program passed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold and an answer, both tidy."""

    gold: str
    answer: str
    tolerance: float | None = None
    """Absolute, for numbers."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A finding, and what it cost in the jail. Costs of a run are shared out among its pairs."""

    finding: Finding
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int = 0
    queued_seconds: float = 0.0
    jailed: bool = False
