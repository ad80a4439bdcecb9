"""What is repeated, how long it waits, and how an item that kills connections is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.desk import Desk, Ticket, Window
from rollout.errors import (
    ConnectionLost,
    DeadlineExceeded,
    InvalidTask,
    JudgingFailed,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from rollout.retry import RetryPolicy, Tries, after_failure, after_loss, company, delay_seconds
from rollout.wire.sharing import TaskPool
from verifier.v1 import verifier_pb2 as pb

POLICY = RetryPolicy()


@pytest.mark.parametrize("error", [InvalidTask("?"), TooLarge("?"), Unauthenticated("?"), Unreachable("?")])
def test_what_another_try_would_only_meet_again_is_not_repeated(error: Exception) -> None:
    assert after_failure(POLICY, error, Tries(), 0.0) is None


def test_a_busy_service_is_put_up_with_for_as_long_as_patience_lasts() -> None:
    tries = Tries()
    for now in range(0, 60, 2):
        tries = after_failure(POLICY, Unavailable("busy"), tries, 1000.0 + now)
        assert tries is not None

    assert after_failure(POLICY, Unavailable("busy"), tries, 1061.0) is None


def test_a_failing_service_is_tried_so_many_times() -> None:
    tries = Tries()
    for _ in range(POLICY.attempts - 1):
        tries = after_failure(POLICY, JudgingFailed("?"), tries, 0.0)

    assert after_failure(POLICY, JudgingFailed("?"), tries, 0.0) is None


def test_losing_the_stream_counts_against_all_who_were_on_it() -> None:
    """Whatever status it ended with, unless the service said that it is busy or nothing can help."""
    for error in (ConnectionLost("?"), JudgingFailed("?"), TooLarge("?")):
        assert after_loss(POLICY, error, Tries(), 0.0) == Tries(losses=1)
        assert after_loss(POLICY, error, Tries(losses=POLICY.losses - 1), 0.0) is None
    assert after_loss(POLICY, Unavailable("stopping"), Tries(), 5.0) == Tries(attempts=1, since_seconds=5.0)
    assert after_loss(POLICY, DeadlineExceeded("?"), Tries(), 0.0) is None


@given(st.integers(1, 1000), st.floats(0, 1, exclude_max=True), st.floats(0, 100))
def test_delays_grow_to_a_bound_and_respect_the_service(failures: int, chance: float, wish: float) -> None:
    plain = delay_seconds(POLICY, JudgingFailed("?"), failures, chance)
    asked = delay_seconds(POLICY, Unavailable("?", wish), failures, chance)

    assert POLICY.first_delay_seconds / 2 <= plain <= POLICY.longest_delay_seconds
    assert asked == pytest.approx(wish + plain)


def test_company_shrinks_with_every_lost_connection() -> None:
    assert [company(256, losses) for losses in range(4)] == [256, 16, 1, 1]


async def test_an_item_that_kills_connections_is_found_and_costs_no_other_its_verdict() -> None:
    """A service that dies with every stream the item is on: the others are judged, it alone is given up."""
    desk = Desk(RetryPolicy(), Window(items=64))
    task = TaskPool().share(pb.Task())
    for index in range(64):
        await desk.admit(Ticket(index, pb.Item(id=str(index)), task))
    desk.close_intake()
    deaths = 0

    while await desk.work():
        aboard = []
        while len(aboard) < 64 and desk.may_fly:
            ticket = await desk.take(0, len(aboard))
            aboard.append(ticket)
        if any(ticket.index == 37 for ticket in aboard):
            deaths += 1
            desk.recall(0, ConnectionLost("the service died"))
        else:
            for position in range(len(aboard)):
                desk.land(0, position, f"score of {aboard[position].index}")

    scores = {}
    while (answer := await desk.next_answer()) is not None:
        scores[answer.index] = answer.score
    assert deaths == POLICY.losses
    assert scores.pop(37).failure_kind == "unreachable"
    assert scores == {index: f"score of {index}" for index in range(64) if index != 37}
