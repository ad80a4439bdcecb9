"""Whose pairs are next, and how many workers a call may have."""

from __future__ import annotations

from verifier.answers.lines import Group, Lines, Try
from verifier.answers.symbolic import PATIENCE

MANY = 40


def lines(workers: int, **waiting: int) -> Lines[str]:
    """Calls of one client, each with so many pairs."""
    made: Lines[str] = Lines(workers, most=16, wanted=lambda _: True)
    for call, count in waiting.items():
        push(made, call, count)
    return made


def push(made: Lines[str], call: str, count: int, client: str = "us") -> None:
    for number in range(count):
        made.push(client, call, f"{call}{number}")


def taken(made: Lines[str]) -> list[Group[str]]:
    """Work for every worker that is free."""
    found = []
    while group := made.next():
        found.append(group)
    return found


def finish(made: Lines[str], group: Group[str], *, long: bool) -> None:
    for _ in group.members:
        group.line.learn(long=long)
    made.end(group)


def calls(groups: list[Group[str]]) -> list[str]:
    return [group.members[0].rstrip("0123456789") for group in groups]


def known(made: Lines[str], *, long: bool) -> None:
    """Let every call have a few tries."""
    for _ in range(3):
        for group in taken(made):
            finish(made, group, long=long)


def test_a_call_that_nobody_knows_has_one_worker_for_one_pair() -> None:
    (group,) = taken(lines(2, a=MANY))

    assert group.members == ["a0"]


def test_a_call_of_quick_answers_has_all_workers_and_groups_of_pairs() -> None:
    made = lines(2, a=5 * MANY)
    known(made, long=False)

    first, second = taken(made)

    assert len(first.members) == len(second.members) == 16


def test_calls_whose_tries_take_long_leave_a_worker_to_others() -> None:
    made = lines(4, a=MANY, b=MANY, c=MANY, d=MANY)
    known(made, long=True)

    hard = taken(made)
    push(made, "new", 1)
    (other,) = taken(made)

    assert [len(group.members) for group in hard] == [1, 1, 1]
    assert other.members == ["new0"]


def test_a_call_with_easy_answers_among_its_hard_ones_leaves_a_worker_to_others() -> None:
    """As a flood does that was sent by somebody who knows of doubt."""
    made = lines(2, flood=5 * MANY)
    for long in (False, True, False):
        for group in taken(made):
            group.line.learn(long=long)
            made.end(group)

    taken(made)
    push(made, "new", 1)

    assert calls(taken(made)) == ["new"]


def test_the_first_try_of_a_call_is_brief() -> None:
    made = lines(1, a=2)
    times = []
    for _ in range(2):
        (group,) = taken(made)
        times.append(group.time)
        finish(made, group, long=False)

    assert times == [Try.BRIEF, Try.QUICK]


def test_where_there_is_one_worker_everybody_has_it_in_turn() -> None:
    made = lines(1, a=MANY, b=MANY)
    order = []
    for _ in range(6):
        (group,) = taken(made)
        order += calls([group])
        finish(made, group, long=True)

    assert order == ["a", "b", "a", "b", "a", "b"]


def test_clients_take_turns_however_many_calls_they_have() -> None:
    made = lines(1, a=MANY, b=MANY, c=MANY)
    push(made, "other", MANY, client="them")
    order = []
    for _ in range(4):
        (group,) = taken(made)
        order += calls([group])
        finish(made, group, long=False)

    assert order.count("other") == 2


def test_second_tries_wait_for_the_first_ones_of_all() -> None:
    made = lines(1, a=3)
    (group,) = taken(made)
    group.line.again.extend(group.members)
    finish(made, group, long=True)

    rest = []
    while found := taken(made):
        rest += [(group.members[0], group.time) for group in found]
        finish(made, found[0], long=True)

    assert rest == [("a1", Try.QUICK), ("a2", Try.QUICK), ("a0", Try.PATIENT)]


def test_what_nobody_waits_for_any_more_is_left_out() -> None:
    made: Lines[str] = Lines(1, most=16, wanted=lambda each: each == "a2")
    push(made, "a", 4)

    assert [group.members for group in taken(made)] == [["a2"]]


def test_every_try_has_its_time() -> None:
    assert set(PATIENCE) == set(Try)
