"""What the answer room passes around: pairs to compare, and what came of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.model import LimitsMode


class Finding(enum.Enum):
    """What comparing an answer with a gold came to. The values are the words of the worker's frames."""

    EQUAL = "equal"
    DIFFERENT = "different"
    GOLD_UNREADABLE = "gold_unreadable"
    TOO_HARD = "too_hard"
    DIED = "died"
    """Its worker or jail died twice, without a limit as the reason."""


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
    limits_mode: LimitsMode | None = None
    """How these were measured; None where nothing ran in a jail."""

    def after(self, earlier: Compared) -> Compared:
        """This finding, at the cost of both."""
        return replace(
            self,
            cpu_seconds=self.cpu_seconds + earlier.cpu_seconds,
            wall_seconds=self.wall_seconds + earlier.wall_seconds,
            memory_bytes=max(self.memory_bytes, earlier.memory_bytes),
            queued_seconds=self.queued_seconds + earlier.queued_seconds,
            limits_mode=self.limits_mode or earlier.limits_mode,
        )
