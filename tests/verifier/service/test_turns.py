"""Who is served when there is more work than turns."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import Overloaded
from verifier.turns import Caller, FairQueue, Turns

HANG_SECONDS = 30


def popped(*pushed: tuple[str, str]) -> list[tuple[str, str]]:
    """The order in which these are served."""
    queue: FairQueue[tuple[str, str]] = FairQueue()
    for client, group in pushed:
        queue.push(client, group, (client, group))
    return [queue.pop() for _ in range(len(queue))]


def test_a_client_with_many_items_delays_another_by_one_turn() -> None:
    assert popped(*[("crowd", "t")] * 5, ("one", "t"))[:3] == [("crowd", "t"), ("one", "t"), ("crowd", "t")]


def test_a_group_with_many_items_delays_another_by_one_turn() -> None:
    served = popped(*[("a", "slow")] * 5, ("a", "quick"), ("b", "other"))
    assert served[:4] == [("a", "slow"), ("b", "other"), ("a", "quick"), ("a", "slow")]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))))
def test_everybody_is_served_once_and_in_order(pushed: list[tuple[str, str]]) -> None:
    queue: FairQueue[tuple[str, str, int]] = FairQueue()
    for number, (client, group) in enumerate(pushed):
        queue.push(client, group, (client, group, number))
    served = [queue.pop() for _ in range(len(queue))]
    assert Counter((client, group) for client, group, _ in served) == Counter(pushed)
    for line in {(client, group) for client, group, _ in served}:
        numbers = [number for client, group, number in served if (client, group) == line]
        assert numbers == sorted(numbers)
    assert len(queue) == 0


async def hold(turns: Turns, caller: Caller, until: asyncio.Event, order: list[str] | None = None) -> float:
    """Hold a turn until told."""
    async with turns.turn(caller, "g") as waited:
        if order is not None:
            order.append(caller.client)
        await until.wait()
    return waited


async def settle() -> None:
    """Let everything that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_more_than_so_many_at_once_and_all_in_the_end() -> None:
    turns, go = Turns(3), asyncio.Event()
    holders = [asyncio.create_task(hold(turns, Caller(), go)) for _ in range(10)]
    await settle()
    assert (turns.taken, turns.waiting) == (3, 7)
    go.set()
    async with asyncio.timeout(HANG_SECONDS):
        await asyncio.gather(*holders)
    assert (turns.taken, turns.waiting) == (0, 0)


async def test_who_stops_waiting_takes_no_turn() -> None:
    turns, go, order = Turns(1), asyncio.Event(), []
    first = asyncio.create_task(hold(turns, Caller("first"), go))
    await settle()
    gone, last = (asyncio.create_task(hold(turns, Caller(name), go, order)) for name in ("gone", "last"))
    await settle()
    gone.cancel()
    await settle()
    assert turns.waiting == 1
    go.set()
    async with asyncio.timeout(HANG_SECONDS):
        await asyncio.gather(first, last)
    assert order == ["last"]
    assert (turns.taken, turns.waiting) == (0, 0)


async def test_a_turn_granted_to_somebody_who_leaves_goes_on_to_the_next() -> None:
    turns, go = Turns(1), asyncio.Event()
    first = asyncio.create_task(hold(turns, Caller("first"), go))
    await settle()
    leaving, last = (asyncio.create_task(hold(turns, Caller(name), go)) for name in ("leaving", "last"))
    await settle()
    go.set()
    await first  # the turn is granted now, and its holder has not yet woken up
    leaving.cancel()
    async with asyncio.timeout(HANG_SECONDS):
        await last
    assert (turns.taken, turns.waiting) == (0, 0)


async def test_patience_ends_with_a_status_that_says_when_to_come_again() -> None:
    turns, go = Turns(1), asyncio.Event()
    first = asyncio.create_task(hold(turns, Caller("first"), go))
    await settle()
    with pytest.raises(Overloaded) as refused:
        await hold(turns, Caller("second", patience_seconds=0.01), go)
    assert refused.value.retry_after_seconds >= 1
    go.set()
    await first
    assert (turns.taken, turns.waiting) == (0, 0)


async def test_who_would_wait_too_long_is_refused_at_once() -> None:
    turns, go = Turns(1), asyncio.Event()
    turns._turn_seconds = 10.0  # as if turns had lasted so long
    holders = [asyncio.create_task(hold(turns, Caller("stream"), go)) for _ in range(4)]
    await settle()
    with pytest.raises(Overloaded, match="3 items wait"):
        await hold(turns, Caller("unary", patience_seconds=20), go)
    with pytest.raises(Overloaded, match="3 items wait"):
        await hold(turns, Caller("unary", patience_seconds=31), go)  # its own turn may hold a wait as well
    patient = asyncio.create_task(
        hold(turns, Caller("unary", patience_seconds=41), go)
    )  # 30 in line, and 10 in its turn
    go.set()
    async with asyncio.timeout(HANG_SECONDS):
        await asyncio.gather(*holders, patient)
