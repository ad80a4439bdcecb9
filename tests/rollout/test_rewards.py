"""Group statistics against numbers worked by hand, and against what must hold for every group."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.rewards import (
    Group,
    group_of,
    grpo_advantages,
    mgpo_advantages,
    mgpo_weight,
    pass_at_k,
)

CORRECT = st.lists(st.booleans() | st.none(), max_size=12)
REWARDS = st.lists(st.none() | st.floats(-10, 10), max_size=12)

PASS_AT_K = [
    # n, c, k, expected, how it was worked
    (10, 0, 1, 0.0, "nothing correct"),
    (10, 10, 5, 1.0, "everything correct"),
    (10, 3, 1, 3 / 10, "pass@1 is the share"),
    (4, 1, 2, 1 / 2, "1 - C(3,2)/C(4,2) = 1 - 3/6"),
    (5, 2, 3, 9 / 10, "1 - C(3,3)/C(5,3) = 1 - 1/10"),
    (8, 2, 4, 11 / 14, "1 - C(6,4)/C(8,4) = 1 - 15/70"),
    (3, 2, 2, 1.0, "only one wrong: two cannot both be wrong"),
]


@pytest.mark.parametrize(("judged", "accepted", "k", "expected", "worked"), PASS_AT_K)
def test_pass_at_k_by_hand(judged: int, accepted: int, k: int, expected: float, worked: str) -> None:
    assert pass_at_k(judged, accepted, k) == pytest.approx(expected, abs=1e-12), worked


@given(st.data())
def test_pass_at_k_is_the_share_of_draws_that_hold_a_correct_one(data: st.DataObject) -> None:
    """Counted over every draw of k out of n, which is what the estimator stands for."""
    judged = data.draw(st.integers(1, 8))
    accepted = data.draw(st.integers(0, judged))
    k = data.draw(st.integers(1, judged))

    draws = [any(index < accepted for index in draw) for draw in combinations(range(judged), k)]

    assert pass_at_k(judged, accepted, k) == pytest.approx(sum(draws) / len(draws))


def test_pass_at_k_of_too_few_is_unknown_and_of_nonsense_an_error() -> None:
    assert pass_at_k(3, 1, 4) is None
    for judged, accepted, k in [(3, 4, 1), (3, -1, 1), (3, 1, 0)]:
        with pytest.raises(ValueError, match="makes no sense"):
            pass_at_k(judged, accepted, k)


def test_the_counts_of_a_group() -> None:
    group = group_of([True, False, None, True])

    assert group == Group(n=4, judged=3, accepted=2)
    assert group.p == pytest.approx(2 / 3)
    assert group.pass_at(2) == pytest.approx(1.0)
    assert group_of([None]).p is None
    assert group_of([]).p is None


def test_grpo_advantages_by_hand() -> None:
    """Rewards 1 0 0 1: mean 1/2, sample variance 4/3 * 1/4 = 1/3, so +-(1/2) / sqrt(1/3) = +-0.866."""
    advantages = grpo_advantages([1.0, 0.0, 0.0, 1.0], epsilon=0.0)

    assert advantages == pytest.approx([0.8660254, -0.8660254, -0.8660254, 0.8660254])


def test_a_group_without_difference_has_no_advantage() -> None:
    assert grpo_advantages([1.0, 1.0, 1.0]) == (0.0, 0.0, 0.0)
    assert grpo_advantages([1.0]) == (0.0,)
    assert grpo_advantages([0.3, None]) == (0.0, None)
    assert grpo_advantages([None, None]) == (None, None)
    assert grpo_advantages([]) == ()


MGPO = [
    # p, weight at lambda = 1: the table for G = 8 worked from D = ln 2 - H(p)
    (4 / 8, 1.0),
    (3 / 8, 0.969),
    (2 / 8, 0.877),
    (1 / 8, 0.729),
    (0.0, 0.5),
    (1.0, 0.5),
]


@pytest.mark.parametrize(("p", "weight"), MGPO)
def test_mgpo_weight_by_hand(p: float, weight: float) -> None:
    assert mgpo_weight(p, 1.0) == pytest.approx(weight, abs=5e-4)
    assert mgpo_weight(p, 0.0) == 1.0
    assert mgpo_weight(p, 2.0) == pytest.approx(mgpo_weight(p, 1.0) ** 2)


@given(st.floats(0, 1), st.floats(0, 20))
def test_the_mgpo_weight_peaks_at_one_half_and_is_symmetric(p: float, lambda_: float) -> None:
    weight = mgpo_weight(p, lambda_)

    assert 2.0**-lambda_ - 1e-12 <= weight <= mgpo_weight(0.5, lambda_) == 1.0
    assert weight == pytest.approx(mgpo_weight(1 - p, lambda_), abs=1e-9)


@given(st.floats(0, 0.5), st.floats(0, 0.5))
def test_the_mgpo_weight_falls_with_the_distance_from_one_half(near: float, far: float) -> None:
    near, far = sorted((near, far))

    assert mgpo_weight(0.5 - near, 1.0) >= mgpo_weight(0.5 - far, 1.0) - 1e-12


def test_no_weight_for_nonsense() -> None:
    for p, lambda_ in [(1.1, 1.0), (-0.1, 1.0), (0.5, -1.0), (math.nan, 1.0)]:
        with pytest.raises(ValueError, match="no weight"):
            mgpo_weight(p, lambda_)


def test_mgpo_advantages_use_correctness_and_not_the_shaped_reward() -> None:
    """One of four correct, whatever the rewards are: the weight at p = 1/4."""
    rewards, correct = [0.9, 0.1, 0.2, None, 0.3], [True, False, False, None, False]

    weighted = mgpo_advantages(rewards, correct, lambda_=1.0)

    plain = grpo_advantages(rewards)
    weight = mgpo_weight(0.25, 1.0)
    assert weighted[3] is None
    for one, other in zip(weighted, plain, strict=True):
        assert one is None or one == pytest.approx(weight * (other or 0.0))
    assert mgpo_advantages([None], [None], 1.0) == (None,)


@given(REWARDS, st.data())
def test_masking_a_member_never_changes_the_others_advantages(
    rewards: list[float | None], data: st.DataObject
) -> None:
    """A masked member is as good as absent, wherever it stands."""
    place = data.draw(st.integers(0, len(rewards)))

    masked = grpo_advantages([*rewards[:place], None, *rewards[place:]])

    assert masked[place] is None
    assert masked[:place] + masked[place + 1 :] == grpo_advantages(rewards)


@given(CORRECT, st.data())
def test_masking_a_member_never_changes_the_counts_of_the_judged(
    correct: list[bool | None], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(correct)))

    masked, absent = group_of([*correct[:place], None, *correct[place:]]), group_of(correct)

    assert (masked.judged, masked.accepted, masked.p) == (absent.judged, absent.accepted, absent.p)
    assert masked.n == absent.n + 1
    assert [masked.pass_at(k) for k in range(1, 13)] == [absent.pass_at(k) for k in range(1, 13)]


@given(REWARDS)
def test_advantages_sum_to_zero(rewards: list[float | None]) -> None:
    judged = [advantage for advantage in grpo_advantages(rewards) if advantage is not None]

    assert math.fsum(judged) == pytest.approx(0.0, abs=1e-6)
