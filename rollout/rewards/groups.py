"""Counts of a group, the responses sampled for one prompt, and what they say about the prompt.

`correct`, not the score, decides what counts as right: scores get shaped by length and format.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and where it lies with 95% confidence."""

    mean: float
    low: float
    high: float


_Z_95 = 1.959963984540054
"""97.5% quantile of the standard normal distribution."""


def mean_pass_at_k(groups: Sequence[Group], k: int) -> Interval | None:
    """The mean of pass@k over groups with at least k judged members, with its 95% confidence interval.

    Prompts are the sample: the interval is mean +- 1.96 * std / sqrt(n) over the groups' estimates, cut to
    [0, 1] (Miller 2024, "Adding Error Bars to Evals", arXiv 2411.00640: errors are clustered by
    question). With one group nothing is known about other prompts, and the interval is [0, 1].

    Returns:
        None where no group has k judged members.
    """
    values = [value for group in groups if (value := group.pass_at(k)) is not None]
    if not values:
        return None
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return Interval(mean, 0.0, 1.0)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    half = _Z_95 * math.sqrt(variance / len(values))
    return Interval(mean, max(0.0, mean - half), min(1.0, mean + half))


def teaches(group: Group) -> bool:
    """Whether a prompt is kept for training: some of its judged responses are right, and some are not.

    The report on VibeThinker-3B (arXiv 2606.16140) filters prompts with p = 0 or 1 before each phase: their
    advantages are all 0. DAPO's dynamic sampling (arXiv 2503.14476) has the same rule.
    """
    return 0 < group.accepted < group.judged


def mean_over_domains(values: Mapping[str, float | None]) -> float | None:
    """The unweighted mean, so that a large domain does not drown a small one; unknown values are left out.

    Returns:
        None where no domain has a value.
    """
    known = [value for value in values.values() if value is not None]
    return math.fsum(known) / len(known) if known else None


def specialists(scores: Mapping[str, Mapping[str, float | None]]) -> dict[str, str]:
    """The best checkpoint of each domain, by its pass@k there; the earlier one of equals.

    Domain-aware diversity probing of VibeThinker-1.5B (arXiv 2511.06221): M*_i = argmax_t P_i(t).

    Args:
        scores: by checkpoint, in order of training, by domain.
    """
    best: dict[str, tuple[float, str]] = {}
    for checkpoint, domains in scores.items():
        for domain, value in domains.items():
            if value is not None and (domain not in best or value > best[domain][0]):
                best[domain] = (value, checkpoint)
    return {domain: checkpoint for domain, (_, checkpoint) in best.items()}


def fusion_weights(best: Mapping[str, str]) -> dict[str, float]:
    """Weights for averaging the parameters of specialists: 1/N for each of N domains, by checkpoint.

    Expert model fusion of the same report, with equal weights.
    """
    weights: dict[str, float] = {}
    for checkpoint in best.values():
        weights[checkpoint] = weights.get(checkpoint, 0.0) + 1.0 / len(best)
    return weights
