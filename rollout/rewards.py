"""What a trainer computes from the scores of a group: the responses sampled for one prompt.

Pure arithmetic. A member that was not judged is None and is left out of everything: it gets None back, and
the numbers of the others are those of a group without it. A 0 in its place would lower the baseline of its
whole group, and teach the model from an outage.

`correct`, not the score, decides what counts as right: scores get shaped by length and format.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GRPO_EPSILON = 1e-4
"""Keeps the advantage finite where all rewards are nearly equal; the value TRL uses."""


@dataclass(frozen=True, slots=True)
class Group:
    """Counts of one group."""

    n: int
    """Members, judged or not."""
    judged: int
    accepted: int
    """Judged members that are correct."""

    @property
    def p(self) -> float | None:
        """Share of the judged that is correct; None where nobody was judged."""
        return self.accepted / self.judged if self.judged else None

    def pass_at(self, k: int) -> float | None:
        """See `pass_at_k`."""
        return pass_at_k(self.judged, self.accepted, k)


def group_of(correct: Sequence[bool | None]) -> Group:
    """The counts of a group, from `correct` of its members (None: not judged)."""
    judged = [member for member in correct if member is not None]
    return Group(n=len(correct), judged=len(judged), accepted=sum(judged))


def pass_at_k(judged: int, accepted: int, k: int) -> float | None:
    """The chance that at least one of k samples is correct: 1 - C(n-c, k) / C(n, k), unbiased.

    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", section 2.1, in the product form
    given there, which needs no large binomials.

    Args:
        judged: n, judged samples.
        accepted: c, correct ones among them.
        k: samples drawn, at least 1.

    Returns:
        None where fewer than k were judged: there is no unbiased estimate then.
    """
    if k < 1 or not 0 <= accepted <= judged:
        raise ValueError(f"pass@{k} of {accepted} accepted in {judged} judged makes no sense")
    if judged < k:
        return None
    if judged - accepted < k:
        return 1.0
    return 1.0 - math.prod(1.0 - k / i for i in range(judged - accepted + 1, judged + 1))


def grpo_advantages(
    rewards: Sequence[float | None], epsilon: float = GRPO_EPSILON
) -> tuple[float | None, ...]:
    """Group-relative advantages: (r - mean) / (std + epsilon).

    Shao et al. 2024, "DeepSeekMath", section 4.1.2. The standard deviation is that of a sample (divisor
    n - 1), as in TRL and verl. A lone judged member has no baseline but itself, so its advantage is 0.

    Args:
        rewards: of the members of one group, in any unit; None for one that was not judged.
        epsilon: in the unit of the rewards.
    """
    judged = [reward for reward in rewards if reward is not None]
    if not judged:
        return (None,) * len(rewards)
    mean = math.fsum(judged) / len(judged)
    squares = math.fsum((reward - mean) ** 2 for reward in judged)
    std = math.sqrt(squares / (len(judged) - 1)) if len(judged) > 1 else 0.0
    return tuple(None if reward is None else (reward - mean) / (std + epsilon) for reward in rewards)


def mgpo_weight(p: float, lambda_: float) -> float:
    """The weight of a prompt in MGPO: exp(-lambda * KL(Bernoulli(p) || Bernoulli(1/2))).

    From the report on VibeThinker-1.5B (arXiv 2511.06221): prompts that are solved half of the time teach
    most. 1 at p = 1/2, 2 ** -lambda at p = 0 and p = 1, symmetric. The report gives no value for lambda; 0 is
    plain GRPO.

    Args:
        p: share of correct responses, in [0, 1].
        lambda_: sharpness, at least 0.
    """
    if not 0.0 <= p <= 1.0 or lambda_ < 0.0:
        raise ValueError(f"no weight for p = {p} and lambda = {lambda_}")
    divergence = math.log(2.0) + math.fsum(q * math.log(q) for q in (p, 1.0 - p) if q > 0.0)
    return math.exp(-lambda_ * max(0.0, divergence))


def mgpo_advantages(
    rewards: Sequence[float | None],
    correct: Sequence[bool | None],
    lambda_: float,
    epsilon: float = GRPO_EPSILON,
) -> tuple[float | None, ...]:
    """GRPO advantages times the weight of the group's prompt.

    Args:
        rewards: of the members of one group; None for one that was not judged.
        correct: of the same members; p is computed from it, since rewards may be shaped.
        lambda_: see `mgpo_weight`.
        epsilon: see `grpo_advantages`.
    """
    p = group_of(correct).p
    if p is None:
        return (None,) * len(rewards)
    weight = mgpo_weight(p, lambda_)
    return tuple(None if a is None else weight * a for a in grpo_advantages(rewards, epsilon))
