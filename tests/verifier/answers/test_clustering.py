"""CompareAnswers: groups by meaning, whatever the order, within bounds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeSandbox, FakeVerifier, running
from verifier.answers import clustering
from verifier.errors import TooLarge
from verifier.v1 import verifier_pb2 as pb
from verifier.verifiers import choice, math

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.model import Sandbox
    from verifier.model import Clusters

HANG_SECONDS = 60
FORMS = [
    "1/2",
    "0.5",
    r"\frac{1}{2}",
    "x",
    "2",
    "2.0",
    "3",
    r"\{1,2\}",
    r"\{2,1\}",
    "",
    "a_1",
    "b_1",
    "c_1",
    "?",
]
NEIGHBOURS = {("a_1", "b_1"), ("b_1", "c_1")}
"""An equality that is not transitive, as limits and roundings make it."""


class Neighbours:
    """Stands for algebra."""

    async def workable(self, text: str) -> bool:
        return text != "?"

    async def same(self, first: str, second: str) -> bool:
        assert "?" not in (first, second)
        return (first, second) in NEIGHBOURS or (second, first) in NEIGHBOURS


class Nothing(Neighbours):
    """Refuses to be asked."""

    async def workable(self, text: str) -> bool:
        raise AssertionError(f"{text} is a number")


def clusters(answers: Sequence[str]) -> Clusters:
    """What clustering makes of answers."""
    groups = clustering.alike(answers, clustering.form_of)
    return clustering.partition(answers, asyncio.run(clustering.join(answers, groups, Neighbours())))


def meanings(answers: Sequence[str]) -> dict[frozenset[str], str]:
    """The groups as sets of texts, and their representatives: nothing that depends on positions."""
    return {
        frozenset(answers[position] for position in cluster.members): cluster.representative
        for cluster in clusters(answers).clusters
    }


@given(st.data(), st.lists(st.sampled_from(FORMS), max_size=12))
def test_the_order_of_the_responses_changes_nothing(data: st.DataObject, answers: list[str]) -> None:
    """Not even where pairwise verdicts contradict each other."""
    shuffled = data.draw(st.permutations(answers))

    assert meanings(shuffled) == meanings(answers)


@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=12))
def test_every_response_is_in_one_place_and_duplicates_are_together(answers: list[str]) -> None:
    found = clusters(answers)
    home = {position: index for index, each in enumerate(found.clusters) for position in each.members}

    assert sorted([*home, *found.unanswered]) == list(range(len(answers)))
    assert set(found.unanswered) == {position for position, answer in enumerate(answers) if not answer}
    for first, one in enumerate(answers):
        for second, other in enumerate(answers):
            if one and one == other:
                assert home[first] == home[second]


@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=8))
def test_saying_everything_twice_changes_no_group(answers: list[str]) -> None:
    assert meanings(answers * 2) == meanings(answers)


def test_groups_come_largest_first_then_by_their_first_member() -> None:
    found = clusters(["x", "3", "", "0.5", "3.0", "1/2"])

    assert [cluster.members for cluster in found.clusters] == [(1, 4), (3, 5), (0,)]
    assert found.unanswered == (2,)


async def test_thousands_of_numbers_take_no_comparison() -> None:
    answers = [str(n % 2_500) for n in range(5_000)]

    joined = await clustering.join(answers, clustering.alike(answers, clustering.form_of), Nothing())

    assert len(joined) == 2_500


async def test_too_many_different_answers_are_refused_and_not_compared_for_ever() -> None:
    answers = [f"x_{n}" for n in range(500)]

    with pytest.raises(TooLarge):
        await clustering.join(answers, clustering.alike(answers, clustering.form_of), Neighbours())


@pytest.mark.asyncio(loop_scope="session")
async def test_answers_are_grouped_by_what_they_mean_over_the_wire(math_sandbox: Sandbox) -> None:
    responses = [
        r"So it is \boxed{\frac{\sqrt{2}}{2}}.",
        r"\boxed{\frac{1}{\sqrt{2}}}",
        "<think>\\boxed{7}</think>The answer is 0.5.",
        r"\boxed{1/2}",
        "I do not know.",  # words are an answer, too
        r"\boxed{\sin(\pi/6)}",
        r"\boxed{(1,2)}",
        r"\boxed{\{2,1\}}",
        r"\boxed{9^{9^{9^9}}}",
        "<think>never ends",
    ]

    async with running(math.build(math_sandbox)) as client:
        found = await client.stub.CompareAnswers(pb.CompareAnswersRequest(responses=responses))

    assert [list(cluster.members) for cluster in found.clusters] == [[2, 3, 5], [0, 1], [4], [6], [7], [8]]
    assert list(found.unanswered) == [9]
    assert found.clusters[0].representative == "0.5"


async def test_choices_are_grouped_by_their_letters() -> None:
    responses = ["Answer: B", "(b)", "London", "A and C", "C, A", "?"]
    request = pb.CompareAnswersRequest(
        responses=responses, verifier="choice", choices=["Paris", "London", "Rome"]
    )

    async with running(choice.build(FakeSandbox())) as client:
        found = await client.stub.CompareAnswers(request)

    assert [(each.representative, list(each.members)) for each in found.clusters] == [
        ("B", [0, 1, 2]),
        ("A, C", [3, 4]),
    ]
    assert list(found.unanswered) == [5]


@pytest.mark.parametrize(
    ("request_", "code", "field"),
    [
        (pb.CompareAnswersRequest(verifier="code"), grpc.StatusCode.INVALID_ARGUMENT, "verifier"),
        (pb.CompareAnswersRequest(verifier="?"), grpc.StatusCode.INVALID_ARGUMENT, "verifier"),
        (
            pb.CompareAnswersRequest(verifier="choice", choices=["x"] * 27),
            grpc.StatusCode.INVALID_ARGUMENT,
            "choices",
        ),
        (pb.CompareAnswersRequest(responses=["1"] * 4), grpc.StatusCode.RESOURCE_EXHAUSTED, "at most 3"),
    ],
    ids=["no answers", "unknown", "choices", "too many"],
)
async def test_what_cannot_be_compared_says_why(
    request_: pb.CompareAnswersRequest, code: grpc.StatusCode, field: str
) -> None:
    async with running(FakeVerifier(), choice.build(FakeSandbox()), batch_items=3) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await client.stub.CompareAnswers(request_, timeout=HANG_SECONDS)

    assert refused.value.code() is code
    assert field in (refused.value.details() or "")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_deadline_ends_a_comparison_and_nothing_else(math_sandbox: Sandbox) -> None:
    hard = [
        rf"\boxed{{\int_0^{n} \frac{{\sin(x^3) \log(x+1)}}{{\sqrt{{x^5+\tan x}}}} dx}}" for n in range(1, 7)
    ]

    async with running(math.build(math_sandbox)) as client:
        with pytest.raises(grpc.aio.AioRpcError) as late:
            await client.stub.CompareAnswers(pb.CompareAnswersRequest(responses=hard), timeout=0.2)
        found = await client.stub.CompareAnswers(
            pb.CompareAnswersRequest(responses=["1", "1.0"]), timeout=HANG_SECONDS
        )

    assert late.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert [list(cluster.members) for cluster in found.clusters] == [[0, 1]]
