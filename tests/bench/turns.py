"""Measuring side by side: every way has its turn in every round, so that a busy minute hits them all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

ROUNDS = 5
"""Enough for a median that one disturbed round cannot move."""

Turn = Callable[[], Awaitable[int]]
"""Does some work; returns how many things it did."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast one way was."""

    what: str
    per_second: float


async def take_turns(ways: Mapping[str, Turn]) -> list[Rate]:
    """The median rate of each way, in the order given; a first round, to warm up, is not counted."""
    rates: dict[str, list[float]] = {what: [] for what in ways}
    for _ in range(ROUNDS + 1):
        for what, turn in ways.items():
            began = time.perf_counter()
            done = await turn()
            rates[what].append(done / (time.perf_counter() - began))
    return [Rate(what, statistics.median(found[1:])) for what, found in rates.items()]
