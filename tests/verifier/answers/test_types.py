"""What it means to be equal, kind by kind: a table of pairs that are and pairs that are not.

The kinds are those of golds. Every known false accept of rule-based graders is among them.
"""

from __future__ import annotations

import asyncio
import collections
from typing import TYPE_CHECKING

import pytest

from tests.verifier.answers.tables import cases
from verifier.answers import gold
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Options, Task

if TYPE_CHECKING:
    from typing import Any

    from verifier.model import Verifier

IN_SESSION = pytest.mark.asyncio(loop_scope="session")

KNOWN_FALSE_ACCEPTS = (
    (r"\frac{1}{2004!}", r"\frac{1}{2006!}"),
    ("2^{-99}", "2^{-98}"),
    (r"\frac{1}{2004!}", "0"),
    ("1,2,3,\\ldots", "1,4,9,\\ldots"),
    ("12:00", "1:00"),
    ("42", "17=42"),
    ("42", "x=17=42"),
    ("42", r"42 \approx 17"),
    ("25_8", "25_9"),
    (r"10 \text{ m}", r"10 \text{ cm}"),
    ("(1,2)", r"\{1,2\}"),
    (r"\{1,1,2\}", r"\{1,2\}"),
    (r"\{1,2\}", r"\{1,1,2\}"),
    ("3*x-1*y+13=0", "3x+4y+14=0"),
    ("f(x)=0", r"\forall x>0, f(x)=0"),
    (r"1-\frac{1}{\mathrm{e}}", r"1+\frac{1}{\mathrm{e}}"),
    ("3^x \\ge x^2", "3^x \\ge x"),
    ("40, 60, 10", "40, 50, 20"),
    ("2^{200}+1", "2^{200}"),
    ("3.14", "3.15"),
)
"""Pairs that graders in use take for equal."""


async def accepts(verifier: Verifier, pair: tuple[str, str]) -> bool:
    """Whether a boxed answer is accepted."""
    task = Task(AnswerTask((pair[0],)))
    verifier.check(task)
    try:
        return (await verifier.verify(rf"\boxed{{{pair[1]}}}", task, Options())).correct
    except InvalidTask as unreadable:
        raise AssertionError(f"the gold {pair[0]!r} is not read: {unreadable}") from None


def test_every_kind_has_ten_pairs_that_are_equal_and_ten_that_are_not() -> None:
    counted = collections.Counter((row["type"], row["equal"]) for row in cases("types"))

    assert min(counted.values()) >= 10
    assert {kind for kind, _ in counted} == {kind for kind, equal in counted if equal}


@IN_SESSION
async def test_pairs_are_equal_where_the_table_says_so(math_verifier: Verifier) -> None:
    """All at once, as a batch would bring them."""
    rows: list[dict[str, Any]] = cases("types")

    found = await asyncio.gather(*(accepts(math_verifier, (row["gold"], row["answer"])) for row in rows))

    assert [row for row, truth in zip(rows, found, strict=True) if truth is not row["equal"]] == []


@IN_SESSION
async def test_no_known_false_accept_is_accepted(math_verifier: Verifier) -> None:
    found = await asyncio.gather(*(accepts(math_verifier, pair) for pair in KNOWN_FALSE_ACCEPTS))

    assert [pair for pair, truth in zip(KNOWN_FALSE_ACCEPTS, found, strict=True) if truth] == []


def test_every_gold_of_the_table_is_read_before_a_worker_sees_it() -> None:
    assert all(gold.read(row["gold"]).text for row in cases("types"))
