"""Advantages: what a trainer multiplies the gradient of each member of a group with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rollout.rewards.groups import group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

GRPO_EPSILON = 1e-4
"""Keeps the advantage finite where all rewards are nearly equal; the value TRL uses."""


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
