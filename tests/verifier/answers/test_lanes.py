"""Who waits for whom, and who shares a worker, where pairs need algebra."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from verifier.answers.inside import budget, frames
from verifier.answers.model import Finding, Pair
from verifier.answers.symbolic import Symbolic, compare_some
from verifier.errors import JudgingFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.model import Isolation, Jail, Outcome, Program, Run, Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="session")

HARD = Pair("5", "10^{10^{10}}")
EASY = [Pair(rf"\frac{{{n}}}{{\sqrt{{2}}}}", rf"\frac{{{n}\sqrt{{2}}}}{{2}}") for n in range(1, 41)]


@dataclass
class Watched:
    """A real sandbox, and what was run in it."""

    sandbox: Sandbox
    payloads: list[bytes] = field(default_factory=list)

    @property
    def isolation(self) -> Isolation:
        return self.sandbox.isolation

    @contextlib.asynccontextmanager
    async def open(self, program: Program, *, alone: bool = False) -> AsyncIterator[Jail]:
        async with self.sandbox.open(program, alone=alone) as jail:
            yield _WatchedJail(jail, self.payloads)

    def groups(self) -> list[list[str]]:
        """The golds of every run."""
        return [[pair[1] for pair in json.loads(payload)[1]] for payload in self.payloads]


@dataclass
class _WatchedJail:
    jail: Jail
    payloads: list[bytes]

    @property
    def queued_seconds(self) -> float:
        return self.jail.queued_seconds

    async def compile(self) -> Outcome:
        return await self.jail.compile()

    async def run(self, run: Run) -> Outcome:
        self.payloads.append(run.main.payload)
        return await self.jail.run(run)


async def test_a_worker_serves_one_client_and_a_bounded_number_of_its_pairs(math_sandbox: Sandbox) -> None:
    watched = Watched(math_sandbox)
    workers = Symbolic(watched, 1)

    ours = [workers.compare(pair, "us") for pair in EASY]
    theirs = [workers.compare(Pair(f"{pair.gold}+x", pair.answer), "them") for pair in EASY[:20]]
    await asyncio.gather(*ours, *theirs)

    kinds = [{gold.endswith("x") for gold in group} for group in watched.groups()]
    assert all(len(kind) == 1 for kind in kinds)
    assert max(map(len, watched.groups())) <= 16
    assert {True} in kinds[:3], "clients take turns"


async def test_pairs_that_are_too_hard_do_not_keep_easy_ones_waiting(math_sandbox: Sandbox) -> None:
    """Each of them takes a second; the easy ones, sent last, are done while most of them wait."""
    workers = Symbolic(math_sandbox, 2)
    hard = [asyncio.create_task(workers.compare(HARD)) for _ in range(4)]
    await asyncio.sleep(0)

    easy = await asyncio.gather(*map(workers.compare, EASY))

    assert {compared.finding for compared in easy} == {Finding.EQUAL}
    assert sum(task.done() for task in hard) < len(hard) / 2
    assert {compared.finding for compared in await asyncio.gather(*hard)} == {Finding.TOO_HARD}


async def test_a_pair_that_takes_longer_than_a_quick_try_gets_its_whole_time(math_sandbox: Sandbox) -> None:
    """Its cost is the sum of both tries."""
    compared = await Symbolic(math_sandbox, 2).compare(HARD)

    assert compared.finding is Finding.TOO_HARD
    assert compared.cpu_seconds > 0.8 * budget.FULL.soft_seconds
    assert compared.cpu_seconds < 2.0


async def test_a_worker_that_fails_before_its_first_pair_says_nothing_of_the_pair(
    math_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault is ours: here, it is asked what it cannot read."""
    monkeypatch.setattr(frames, "pack", lambda *_: b"[]")

    with pytest.raises(JudgingFailed, match="before"):
        await compare_some(math_sandbox, EASY[:1])
