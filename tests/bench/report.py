"""What a benchmark says: for programs, and for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.bench.turns import Rate


class Report(Protocol):
    """What one benchmark found."""

    def figures(self) -> Mapping[str, object]:
        """As JSON."""

    def lines(self) -> list[str]:
        """As text."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Several ways of doing one thing, and each as a multiple of the first."""

    rates: Sequence[Rate]

    def figures(self) -> Mapping[str, object]:
        """See `Report`."""
        return {
            "per_second": {rate.what: round(rate.per_second, 1) for rate in self.rates},
            "ratio": {rate.what: round(self._ratio(rate), 2) for rate in self.rates},
        }

    def lines(self) -> list[str]:
        """See `Report`."""
        return [f"  {r.what:<44}{r.per_second:>10.0f}/s  x {self._ratio(r):.2f}" for r in self.rates]

    def _ratio(self, rate: Rate) -> float:
        return rate.per_second / self.rates[0].per_second


@dataclass(frozen=True, slots=True)
class Parts:
    """Several reports under one name."""

    parts: Mapping[str, Report]

    def figures(self) -> Mapping[str, object]:
        """See `Report`."""
        return {name: part.figures() for name, part in self.parts.items()}

    def lines(self) -> list[str]:
        """See `Report`."""
        return [line for name, part in self.parts.items() for line in (f" {name}", *part.lines())]
