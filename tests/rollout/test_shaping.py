"""Shaped rewards, selections and votes against numbers worked by hand, and against what always holds."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.rewards import (
    Candidate,
    Cut,
    Group,
    Interval,
    clr_vote,
    clr_weight,
    consensus,
    consensus_at,
    fusion_weights,
    grpo_advantages,
    learning_potential,
    long2short,
    mean_over_domains,
    mean_pass_at_k,
    mgpo_advantages,
    mgpo_weight,
    overlong_penalty,
    relative_length_reward,
    select_by_potential,
    specialists,
    teaches,
    with_terms,
)

MEMBERS = st.lists(st.tuples(st.none() | st.booleans(), st.integers(1, 65536)), max_size=12)


def test_long2short_by_hand() -> None:
    """Lengths 100, 200, 400 right: s = .01, .005, .0025, mean .00583; deviations .00417, -.00083, -.00333."""
    shaped = long2short([1.0, 1.0, 1.0, 0.0, None], [True, True, True, False, None], [100, 200, 400, 50, 7])

    assert shaped == pytest.approx([1.2, 1.0 - 0.2 * 0.2, 1.0 - 0.2 * 0.8, 0.0, None])


def test_long2short_leaves_alone_what_it_cannot_compare() -> None:
    assert long2short([1.0, 1.0, 0.0], [True, True, False], [30, 30, 9]) == (1.0, 1.0, 0.0)
    assert long2short([1.0, 0.0], [True, False], [30, 9]) == (1.0, 0.0)
    assert long2short([None, None], [None, None], [0, 0]) == (None, None)
    assert long2short([], [], []) == ()
    with pytest.raises(ValueError, match="has no length"):
        long2short([1.0], [True], [0])


@given(MEMBERS)
def test_what_long2short_adds_sums_to_zero_and_is_never_more_than_lambda(
    members: list[tuple[bool | None, int]],
) -> None:
    correct = [is_ for is_, _ in members]
    rewards = [None if is_ is None else float(is_) for is_ in correct]

    shaped = long2short(rewards, correct, [length for _, length in members])

    added = [
        after - before
        for after, before in zip(shaped, rewards, strict=True)
        if after is not None and before is not None
    ]
    assert math.fsum(added) == pytest.approx(0.0, abs=1e-9)
    assert all(abs(one) <= 0.2 + 1e-9 for one in added)
    assert [one is None for one in shaped] == [one is None for one in rewards]
    assert [after for after, is_ in zip(shaped, correct, strict=True) if is_ is False] == [
        0.0
    ] * correct.count(False)


@given(MEMBERS)
def test_among_right_responses_the_shorter_one_is_never_worth_less(
    members: list[tuple[bool | None, int]],
) -> None:
    correct, lengths = [is_ for is_, _ in members], [length for _, length in members]
    shaped = long2short([None if is_ is None else float(is_) for is_ in correct], correct, lengths)
    right = sorted((lengths[i], -(shaped[i] or 0.0)) for i, is_ in enumerate(correct) if is_)

    assert all(one[1] <= other[1] + 1e-9 for one, other in pairwise(right))


FUNCTIONS = {
    "grpo": lambda rewards, correct, lengths: grpo_advantages(rewards),
    "mgpo": lambda rewards, correct, lengths: mgpo_advantages(rewards, correct, 1.0),
    "long2short": long2short,
    "length": lambda rewards, correct, lengths: relative_length_reward(correct, lengths),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(members=MEMBERS, at=st.integers(0, 12), length=st.integers(1, 65536))
def test_a_masked_member_changes_nothing_for_the_others(
    name: str, members: list[tuple[bool | None, int]], at: int, length: int
) -> None:
    """The numbers of a group with an unjudged member are those of the group without it, and it gets None."""
    at = min(at, len(members))

    def numbers(group: list[tuple[bool | None, int]]) -> list[float | None]:
        correct = [is_ for is_, _ in group]
        rewards = [None if is_ is None else float(is_) for is_ in correct]
        return list(FUNCTIONS[name](rewards, correct, [one for _, one in group]))

    masked = numbers([*members[:at], (None, length), *members[at:]])

    assert masked[at] is None
    assert masked[:at] + masked[at + 1 :] == numbers(members)


@given(st.floats(0, 1), st.floats(0, 10))
def test_the_weight_of_mgpo_peaks_where_half_is_right(p: float, lambda_: float) -> None:
    assert mgpo_weight(p, lambda_) <= mgpo_weight(0.5, lambda_) == 1.0
    assert mgpo_weight(p, lambda_) >= 2.0**-lambda_ - 1e-12
    assert mgpo_weight(p, lambda_) == pytest.approx(mgpo_weight(1 - p, lambda_))


OVERLONG = [(0, 0.0), (16384, 0.0), (18432, -0.5), (20480, -1.0), (99999, -1.0)]


@pytest.mark.parametrize(("length", "penalty"), OVERLONG)
def test_the_overlong_penalty_by_hand(length: int, penalty: float) -> None:
    """L_max 20,480 and L_cache 4,096, the values of the report."""
    assert overlong_penalty(length, 20480, 4096) == pytest.approx(penalty)


def test_the_overlong_penalty_needs_a_buffer_that_fits() -> None:
    for buffer in (0, 200):
        with pytest.raises(ValueError, match="does not fit"):
            overlong_penalty(5, 100, buffer)


def test_the_relative_length_reward_by_hand() -> None:
    """Lengths 100 to 300: lambda is 0.5, 0 and -0.5; a wrong one never gains."""
    assert relative_length_reward([True, True, True], [100, 200, 300]) == (0.5, 0.0, -0.5)
    assert relative_length_reward([False, None, False, True], [100, 9, 300, 300]) == (0.0, None, -0.5, -0.5)
    assert relative_length_reward([True, False], [7, 7]) == (0.0, 0.0)


def test_terms_are_added_by_weight() -> None:
    terms = {"length": -1.0, "think_closed": 0.0, "unused": 9.0}

    assert with_terms(1.0, terms, {"length": 0.25, "think_closed": 1.0}) == 0.75
    assert with_terms(None, {}, {"length": 0.25}) is None
    with pytest.raises(ValueError, match=r"no term 'lenght' was reported \(there are: length, think_closed"):
        with_terms(1.0, terms, {"lenght": 1.0})


@given(judged=st.integers(0, 16), accepted=st.integers(0, 16))
def test_a_prompt_teaches_where_some_are_right_and_some_are_not(judged: int, accepted: int) -> None:
    """Exactly where its advantages are not all 0."""
    accepted = min(accepted, judged)
    rewards = [1.0] * accepted + [0.0] * (judged - accepted)

    assert teaches(Group(n=judged, judged=judged, accepted=accepted)) == any(grpo_advantages(rewards))


def test_the_mean_of_pass_at_k_and_its_interval_by_hand() -> None:
    """p = 0, 1/2, 1, 1/2: mean 1/2, variance 1/6, half width 1.96 * sqrt(1/24) = 0.400."""
    groups = [Group(4, 4, accepted) for accepted in (0, 2, 4, 2)]

    assert mean_pass_at_k(groups, 1) == Interval(
        0.5, pytest.approx(0.1, abs=1e-3), pytest.approx(0.9, abs=1e-3)
    )
    assert mean_pass_at_k(groups[:1], 1) == Interval(0.0, 0.0, 1.0)
    assert mean_pass_at_k([*groups, Group(4, 1, 1)], 2) == mean_pass_at_k(groups, 2)
    assert mean_pass_at_k(groups, 5) is None


def test_checkpoints_are_compared_by_domain_and_fused() -> None:
    scores = {
        "early": {"algebra": 0.5, "geometry": 0.9, "calculus": None},
        "late": {"algebra": 0.7, "geometry": 0.9, "calculus": 0.1, "statistics": 0.2},
    }

    best = specialists(scores)

    assert best == {"algebra": "late", "geometry": "early", "calculus": "late", "statistics": "late"}
    assert fusion_weights(best) == {"late": 0.75, "early": 0.25}
    assert fusion_weights({}) == {}
    assert mean_over_domains({"a": 0.5, "b": 0.0, "c": None}) == 0.25
    assert mean_over_domains({"c": None}) is None


def test_the_learning_potential_is_the_mean_surprise() -> None:
    assert learning_potential([-1.0, -3.0]) == 2.0
    assert learning_potential([0.0]) == 0.0
    with pytest.raises(ValueError, match="without tokens"):
        learning_potential([])


def test_traces_are_ranked_in_buckets_of_domain_and_length() -> None:
    """Of each four: the lowest is left out, the highest is an outlier."""
    short = [Candidate("math", 100, potential) for potential in (0.1, 0.4, 0.2, 0.3)]
    long = [Candidate("math", 5000, potential) for potential in (1.4, 1.1, 1.2, 1.3)]
    code = [Candidate("code", 100, potential) for potential in (9.1, 9.2, 9.3, 9.4)]

    chosen = select_by_potential([*short, *long, *code], Cut(edges=(4096,), low=0.25, high=0.75))

    assert chosen == (2, 3, 6, 7, 9, 10)
    assert select_by_potential(short, Cut(shortest=101)) == ()
    assert select_by_potential(short, Cut(low=0.0, high=1.0)) == (0, 1, 2, 3)
    with pytest.raises(ValueError, match="no cut"):
        select_by_potential(short, Cut(low=0.9, high=0.1))


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9999), st.floats(0, 5))),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_what_is_chosen_is_the_top_of_each_bucket(
    rows: list[tuple[str, int, float]], one: float, other: float
) -> None:
    candidates = [Candidate(*row) for row in rows]
    cut = Cut(edges=(1000, 5000), low=min(one, other), high=1.0)

    chosen = set(select_by_potential(candidates, cut))

    def bucket(position: int) -> tuple[str, int]:
        return candidates[position].domain, sum(candidates[position].length >= edge for edge in cut.edges)

    for left in set(range(len(rows))) - chosen:
        mates = [position for position in chosen if bucket(position) == bucket(left)]
        assert all(candidates[mate].potential >= candidates[left].potential for mate in mates)


VOTES = [
    # clusters, correct, expected, how it was worked
    ([[0, 1], [2]], [True, True, False], 1.0, "two of three agree, and are right"),
    ([[1, 2], [0]], [True, False, False], 0.0, "the majority is wrong"),
    ([[0], [1]], [True, False], 0.5, "a tie, by lot"),
    ([[0, 1], [2, 3], [4]], [True, True, False, False, True], 0.5, "a tie of two of three"),
    ([], [None, False], 0.0, "nobody answered"),
    ([[0, 1]], [None, True], 1.0, "an unjudged member follows its cluster"),
    ([[0]], [None], None, "nothing was judged"),
]


@pytest.mark.parametrize(("clusters", "correct", "expected", "worked"), VOTES)
def test_a_vote_by_hand(
    clusters: list[list[int]], correct: list[bool | None], expected: float | None, worked: str
) -> None:
    assert consensus(clusters, correct) == expected, worked


def test_cons_at_k_by_hand() -> None:
    """Right, right, wrong. k=1: 2/3. k=2: one pair agrees and is right, two tie: (1 + 1/2 + 1/2) / 3."""
    clusters, correct = [[0, 1], [2]], [True, True, False]

    assert consensus_at(clusters, correct, 1) == pytest.approx(2 / 3)
    assert consensus_at(clusters, correct, 2) == pytest.approx(2 / 3)
    assert consensus_at(clusters, correct, 3) == 1.0
    assert consensus_at(clusters, correct, 4) is None
    with pytest.raises(ValueError, match="no vote of 0"):
        consensus_at(clusters, correct, 0)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=7), st.data())
def test_cons_at_k_is_the_mean_over_all_votes_of_k(answers: list[int], data: st.DataObject) -> None:
    """Answer 0 is right. Of one, it is pass@1; of all, the vote."""
    k = data.draw(st.integers(1, len(answers)))
    clusters = [[i for i, one in enumerate(answers) if one == answer] for answer in sorted(set(answers))]
    correct = [one == 0 for one in answers]

    def vote(subset: tuple[int, ...]) -> float:
        counts = [sum(answers[i] == answer for i in subset) for answer in range(4)]
        return (counts[0] == max(counts)) / counts.count(max(counts))

    subsets = list(combinations(range(len(answers)), k))
    assert consensus_at(clusters, correct, k) == pytest.approx(sum(map(vote, subsets)) / len(subsets))
    assert consensus_at(clusters, correct, 1) == pytest.approx(sum(correct) / len(correct))


def test_many_votes_are_drawn_and_always_the_same_ones() -> None:
    """64 responses, 40 of them right: of 32, the majority nearly always is."""
    clusters, correct = [list(range(40)), list(range(40, 64))], [True] * 40 + [False] * 24

    assert consensus_at(clusters, correct, 32) == consensus_at(clusters, correct, 32)
    assert (consensus_at(clusters, correct, 32) or 0.0) > 0.95
    assert consensus_at(clusters, correct, 1) == pytest.approx(40 / 64)


def test_reliability_votes_by_hand() -> None:
    """Five claims: all kept 1, four kept (4/5)^5 = 0.328, two kept 0.01. 1 + 0.01 beats 3 * 0.328."""
    claims = [[True] * 5, [True] * 2 + [False] * 3, *([[True] * 4 + [False]] * 3)]

    assert [clr_weight(one) for one in claims[:3]] == pytest.approx([1.0, 0.01024, 0.32768])
    assert clr_vote([[2, 3, 4], [0, 1]], claims) == 1
    assert clr_vote([[2, 3, 4], [1]], claims) == 0
    assert clr_vote([], []) is None
    with pytest.raises(ValueError, match="without claims"):
        clr_weight([])
