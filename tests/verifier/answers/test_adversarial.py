"""Hostile answers end as verdicts, in time, and are not believed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.verifier.answers.adversarial import CPU_SECONDS, Attack, attacks
from verifier.errors import InvalidTask
from verifier.model import AnswerTask, Judgement, Options, Task

if TYPE_CHECKING:
    from verifier.model import Verifier

IN_SESSION = pytest.mark.asyncio(loop_scope="session")

EVERY = 20
"""One attack of so many is tried with every run of the tests; all of them by `make heavy`."""


async def judged(verifier: Verifier, attack: Attack) -> Judgement | None:
    """The judgement; None where the gold is refused, which accepts nothing."""
    task = Task(AnswerTask((attack.gold,)))
    try:
        verifier.check(task)
        return await verifier.verify(attack.response, task, Options())
    except InvalidTask:
        return None


async def hold(verifier: Verifier, chosen: list[Attack]) -> None:
    found = await asyncio.gather(*(judged(verifier, attack) for attack in chosen))
    for attack, judgement in zip(chosen, found, strict=True):
        if judgement is None:
            continue
        assert attack.right or not judgement.correct, attack.response[:100]
        assert judgement.usage.cpu_seconds < CPU_SECONDS, attack.response[:100]


def test_there_are_enough_of_them() -> None:
    assert len(attacks()) >= 120
    assert len({attack.kind for attack in attacks()}) >= 10


@IN_SESSION
async def test_a_hostile_answer_is_judged_in_time_and_not_believed(math_verifier: Verifier) -> None:
    await hold(math_verifier, attacks()[::EVERY])


@pytest.mark.heavy
@IN_SESSION
async def test_no_hostile_answer_takes_long_or_is_believed(math_verifier: Verifier) -> None:
    await hold(math_verifier, attacks())
