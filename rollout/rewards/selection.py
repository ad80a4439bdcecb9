"""Which traces to train on: offline self-distillation.

The report on VibeThinker-3B (arXiv 2606.16140) describes it: traces of the RL checkpoints are kept where
verifiers accept them, ranked by how much the student still has to learn from them, within buckets of domain
and length, and taken from the middle to the high end, without very short traces and extreme outliers. It
gives no edges and no cut-offs, so these are arguments here.
"""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trace that a verifier accepted."""

    domain: str
    length: int
    """Of the response, in tokens."""
    potential: float
    """See `learning_potential`."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What is taken of each bucket."""

    edges: tuple[int, ...] = (4096, 8192, 16384, 32768)
    """Lengths at which a new bucket begins, ascending."""
    shortest: int = 0
    """Shorter traces are left out."""
    low: float = 0.5
    """Share of a bucket, from the low end, that is left out: 0.5 keeps middle to high."""
    high: float = 0.98
    """Share of a bucket above which traces are outliers."""


def learning_potential(logprobs: Sequence[float]) -> float:
    """S_LP(q, y) = -(1/|y|) * sum_t log pi_student(y_t | q, y_<t): the student's mean surprise at each token.

    Length-normalised negative log-likelihood, from the same report.

    Args:
        logprobs: of the tokens of the response under the student, natural logarithms.
    """
    if not logprobs:
        raise ValueError("a response without tokens teaches nothing")
    return -math.fsum(logprobs) / len(logprobs)


def select_by_potential(candidates: Sequence[Candidate], cut: Cut) -> tuple[int, ...]:
    """Positions of the traces to train on, ascending.

    Each bucket (domain and length) is ranked by itself: long traces and hard domains have another range of
    potentials, and would crowd the others out. Equal potentials are ranked by position. A bucket of n keeps
    the ranks floor(low * n) up to, but not including, ceil(high * n).
    """
    if not 0.0 <= cut.low <= cut.high <= 1.0 or list(cut.edges) != sorted(cut.edges):
        raise ValueError(f"no cut: {cut}")
    buckets: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for position, one in enumerate(candidates):
        if one.length >= cut.shortest:
            buckets[one.domain, bisect.bisect_right(cut.edges, one.length)].append(position)
    chosen: list[int] = []
    for members in buckets.values():
        ranked = sorted(members, key=lambda position: (candidates[position].potential, position))
        chosen += ranked[math.floor(cut.low * len(ranked)) : math.ceil(cut.high * len(ranked))]
    return tuple(sorted(chosen))
