"""What a trainer computes from the scores of a group: the responses sampled for one prompt.

Pure arithmetic. A member that was not judged is None and is left out of everything: it gets None back, and
the numbers of the others are those of a group without it. A 0 in its place would lower the baseline of its
whole group, and teach the model from an outage.
"""

from rollout.rewards.advantages import GRPO_EPSILON, grpo_advantages, mgpo_advantages, mgpo_weight
from rollout.rewards.groups import (
    Group,
    Interval,
    fusion_weights,
    group_of,
    mean_over_domains,
    mean_pass_at_k,
    pass_at_k,
    specialists,
    teaches,
)
from rollout.rewards.selection import Candidate, Cut, learning_potential, select_by_potential
from rollout.rewards.shaping import (
    LONG2SHORT_LAMBDA,
    long2short,
    overlong_penalty,
    relative_length_reward,
    with_terms,
)
from rollout.rewards.voting import clr_vote, clr_weight, consensus, consensus_at

__all__ = [
    "GRPO_EPSILON",
    "LONG2SHORT_LAMBDA",
    "Candidate",
    "Cut",
    "Group",
    "Interval",
    "clr_vote",
    "clr_weight",
    "consensus",
    "consensus_at",
    "fusion_weights",
    "group_of",
    "grpo_advantages",
    "learning_potential",
    "long2short",
    "mean_over_domains",
    "mean_pass_at_k",
    "mgpo_advantages",
    "mgpo_weight",
    "overlong_penalty",
    "pass_at_k",
    "relative_length_reward",
    "select_by_potential",
    "specialists",
    "teaches",
    "with_terms",
]
