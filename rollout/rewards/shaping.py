"""Rewards that say more than right or wrong: length and form.

Shaping changes rewards and never `correct`: group statistics stay what they are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONG2SHORT_LAMBDA = 0.2
"""The value of the report on VibeThinker-3B."""


def long2short(
    rewards: Sequence[float | None],
    correct: Sequence[bool | None],
    lengths: Sequence[int],
    lambda_: float = LONG2SHORT_LAMBDA,
) -> tuple[float | None, ...]:
    """Rewards in which, among the correct responses of a group, short ones gain what long ones lose.

    Long2Short Math RL of the report on VibeThinker-3B (arXiv 2606.16140). For the correct members C,
    with s_i = 1 / length_i:

        r'_i = r_i + lambda * (s_i - mean(s)) / max_j |s_j - mean(s)|

    What is added sums to zero over C, so the group's mean reward stays. Wrong members keep their reward, and
    so does everybody where all correct ones are equally long.

    Args:
        rewards: of the members of one group; None for one that was not judged, which gets None back.
        correct: of the same members.
        lengths: of their responses, in tokens, all above 0.
        lambda_: the most that is added or taken.
    """
    chosen = [i for i, is_ in enumerate(correct) if is_ and rewards[i] is not None]
    if any(lengths[i] <= 0 for i in chosen):
        raise ValueError("a correct response has no length")
    inverse = {i: 1.0 / lengths[i] for i in chosen}
    mean = math.fsum(inverse.values()) / len(chosen) if chosen else 0.0
    largest = max((abs(s - mean) for s in inverse.values()), default=0.0)
    # Equal lengths may differ from their mean by a rounding error, which must not be blown up to lambda.
    if len({lengths[i] for i in chosen}) < 2 or largest == 0.0:
        return tuple(rewards)
    return tuple(
        reward + lambda_ * (inverse[i] - mean) / largest if reward is not None and i in inverse else reward
        for i, reward in enumerate(rewards)
    )


def overlong_penalty(length: int, longest: int, buffer: int) -> float:
    """What DAPO adds to the reward of a long response: 0, then falling to -1.

    Soft overlong punishment (Yu et al. 2025, arXiv 2503.14476, equation 13): 0 up to longest - buffer, then
    (longest - buffer - length) / buffer, and -1 above longest.

    Args:
        length: of the response, in tokens.
        longest: L_max; the report uses 20,480.
        buffer: L_cache, at most L_max; the report uses 4,096.
    """
    if not 0 < buffer <= longest:
        raise ValueError(f"a buffer of {buffer} does not fit into {longest}")
    return max(-1.0, min(0.0, (longest - buffer - length) / buffer))


def relative_length_reward(
    correct: Sequence[bool | None], lengths: Sequence[int]
) -> tuple[float | None, ...]:
    """What Kimi k1.5 adds: the shortest of a group gains 1/2, the longest loses 1/2; wrong ones gain none.

    Kimi Team 2025 (arXiv 2501.12599), section 2.3.3: lambda = 0.5 - (len - min) / (max - min); lambda for a
    right response, min(0, lambda) for a wrong one; 0 for all where all are equally long.

    Args:
        correct: of the members of one group; None for one that was not judged, which counts for nothing.
        lengths: of their responses, in tokens.
    """
    judged = [length for is_, length in zip(correct, lengths, strict=True) if is_ is not None]
    shortest, longest = min(judged, default=0), max(judged, default=0)

    def term(is_: bool | None, length: int) -> float | None:
        if is_ is None:
            return None
        gain = 0.5 - (length - shortest) / (longest - shortest) if longest > shortest else 0.0
        return gain if is_ else min(0.0, gain)

    return tuple(term(is_, length) for is_, length in zip(correct, lengths, strict=True))


def with_terms(score: float | None, terms: Mapping[str, float], weights: Mapping[str, float]) -> float | None:
    """A reward of a score and of named terms beside it, such as rules about form.

    score + sum of weight * term.

    Args:
        score: of the verifier; None for a response that was not judged, which gets no reward.
        terms: as the verifier reports them.
        weights: by name; a term without one is left out, a weight without its term is an error.
    """
    missing = sorted(set(weights) - set(terms))
    if score is not None and missing:
        raise ValueError(
            f"no term {missing[0]!r} was reported (there are: {', '.join(sorted(terms)) or 'none'})"
        )
    return None if score is None else score + math.fsum(w * terms[name] for name, w in weights.items())
