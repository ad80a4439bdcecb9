"""Votes over the answers of a group: majority (cons@k) and claim-level reliability (CLR).

Which answers are the same is for a verifier to say: clusters come from `Client.compare_answers`.
"""

from __future__ import annotations

import itertools
import math
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_DRAWS = 1000
"""Over so many subsets the expectation is exact; of more, that many are drawn: its error is below 0.016."""


def consensus(
    clusters: Sequence[Sequence[int]], correct: Sequence[bool | None], weights: Sequence[float] | None = None
) -> float | None:
    """The chance that the answer with most votes is right, where ties are decided by lot.

    The mode over extracted answers with ties averaged, as VibeThinker's evaluation takes it (cons@N). A
    cluster counts as right as far as its judged members are: equivalence and equality with the gold may
    disagree. Responses without an answer are in no cluster and have no vote.

    Args:
        clusters: positions of responses with equal answers.
        correct: of all responses; None for those that were not judged.
        weights: of the votes of all responses; None: one each.

    Returns:
        0 where nobody answered, None where nothing about the winners was judged.
    """
    votes = [math.fsum(1.0 if weights is None else weights[i] for i in members) for members in clusters]
    if not votes:
        return 0.0
    most = max(votes)
    winners = [members for members, vote in zip(clusters, votes, strict=True) if math.isclose(vote, most)]
    shares = [share for members in winners if (share := _share(members, correct)) is not None]
    return math.fsum(shares) / len(shares) if shares else None


def consensus_at(
    clusters: Sequence[Sequence[int]], correct: Sequence[bool | None], k: int, seed: int = 0
) -> float | None:
    """cons@k: the chance that a majority vote over k of the responses is right.

    The mean over all subsets of k, or over a thousand that are drawn with the seed.

    Returns:
        None where there are fewer than k responses, or nothing was judged.
    """
    count = len(correct)
    if k < 1:
        raise ValueError(f"no vote of {k}")
    if k > count:
        return None
    everybody = range(count)
    if math.comb(count, k) <= _MOST_DRAWS:
        subsets = [set(subset) for subset in itertools.combinations(everybody, k)]
    else:
        draw = random.Random(seed)  # noqa: S311  # no secret
        subsets = [set(draw.sample(everybody, k)) for _ in range(_MOST_DRAWS)]
    values = [
        value for subset in subsets if (value := consensus(_within(clusters, subset), correct)) is not None
    ]
    return math.fsum(values) / len(values) if values else None


def clr_weight(verdicts: Sequence[bool]) -> float:
    """The reliability of a trajectory from the verdicts on its claims: (mean of them) ** (number of claims).

    Claim-level reliability assessment of the report on VibeThinker-3B (arXiv 2606.16140):
    r_k = (1/M * sum_m v_km) ** M, with M = 5 claims there.
    """
    if not verdicts:
        raise ValueError("a trajectory without claims has no reliability")
    return (sum(verdicts) / len(verdicts)) ** len(verdicts)


def clr_vote(clusters: Sequence[Sequence[int]], claims: Sequence[Sequence[bool]]) -> int | None:
    """The cluster with the largest sum of r_k, its members' reliabilities; the first of equals.

    Args:
        clusters: positions of responses with equal answers.
        claims: verdicts on the claims of each response, by position.

    Returns:
        The position of the cluster; None where nobody answered.
    """
    if not clusters:
        return None
    sums = [math.fsum(clr_weight(claims[i]) for i in members) for members in clusters]
    return sums.index(max(sums))


def _within(clusters: Sequence[Sequence[int]], subset: set[int]) -> list[list[int]]:
    return [kept for members in clusters if (kept := [i for i in members if i in subset])]


def _share(members: Sequence[int], correct: Sequence[bool | None]) -> float | None:
    judged = [is_ for i in members if (is_ := correct[i]) is not None]
    return sum(judged) / len(judged) if judged else None
