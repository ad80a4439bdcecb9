"""The symbolic check, in jailed workers: who waits is compared in groups, and who is killed is told apart.

A pair that ends its worker by a limit is too hard. One that ends it without a reason is tried again, alone;
the others of its run are simply run again. So a kill from outside loses nothing and changes nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import signal
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sandbox import retry
from sandbox.errors import Busy, DiedTwice, SandboxError, Starved
from sandbox.model import Ended, Entry, Program, Run
from verifier.answers import runtime
from verifier.answers.inside import budget, frames
from verifier.answers.model import Compared, Finding, Pair
from verifier.errors import JudgingFailed, Overloaded, ProcessorStarved
from verifier.model import LimitsMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.model import Outcome, Sandbox
    from verifier.answers.inside.budget import Patience

RETRY_SECONDS = 1.0
"""When a caller that met a full sandbox may come again."""
KILLED_BY_ITS_OWN_CLOCK = {signal.SIGXCPU, signal.SIGVTALRM}
LIMITS = {Ended.CPU_LIMIT, Ended.MEMORY_LIMIT, Ended.OUTPUT_LIMIT, Ended.IDLE_LIMIT}


@dataclass(frozen=True, slots=True)
class _Waiting:
    pair: Pair
    answer: asyncio.Future[Compared]
    since: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class _Ran:
    """What came of one run: the findings of its first pairs, and what ended it."""

    findings: tuple[Compared, ...]
    outcome: Outcome

    @property
    def hit_a_limit(self) -> bool:
        return self.outcome.ended in LIMITS or self.outcome.signal in KILLED_BY_ITS_OWN_CLOCK


class Symbolic:
    """Compares pairs in workers of a sandbox: at once where one is free, in groups where none is.

    Every pair has a quick try first. The few that take longer go on to a lane of their own, with fewer
    workers and a lower priority, so that a pair that is too hard delays nobody but its like.
    """

    def __init__(self, sandbox: Sandbox, workers: int) -> None:
        """Keep at most `workers` workers busy with quick tries, and half as many with hard pairs."""
        self._quick = _Lane(sandbox, workers, budget.QUICK)
        self._patient = _Lane(sandbox, max(1, workers // 2), budget.FULL)

    async def compare(self, pair: Pair, client: str = "") -> Compared:
        """Compare one pair; an empty answer asks whether the gold can be worked with.

        Args:
            pair: both tidy.
            client: who asks. Pairs of different clients never share a worker.

        Raises:
            VerifierError: the sandbox failed; nothing is known about the pair.
        """
        tried = await self._quick.compare(pair, client)
        if tried.finding is not Finding.TOO_HARD:
            return tried
        found = await self._patient.compare(pair, client)
        return replace(
            found,
            cpu_seconds=found.cpu_seconds + tried.cpu_seconds,
            wall_seconds=found.wall_seconds + tried.wall_seconds,
            memory_bytes=max(found.memory_bytes, tried.memory_bytes),
            queued_seconds=found.queued_seconds + tried.queued_seconds,
        )


class _Lane:
    """Those who wait for one kind of run. Clients take turns, each with a group of its own."""

    def __init__(self, sandbox: Sandbox, workers: int, patience: Patience) -> None:
        self._sandbox = sandbox
        self._workers = workers
        self._patience = patience
        self._waiting: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def compare(self, pair: Pair, client: str) -> Compared:
        waiting = _Waiting(pair, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(client, deque()).append(waiting)
        if self._busy < self._workers:
            self._busy += 1
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await waiting.answer

    async def _work(self) -> None:
        try:
            while group := self._next_group():
                await self._serve(group)
        finally:
            self._busy -= 1

    def _next_group(self) -> list[_Waiting]:
        """A fair share of what the next client waits for, without what nobody waits for any more."""
        while self._waiting:
            client, waiting = self._waiting.popitem(last=False)
            wanted = [each for each in waiting if not each.answer.done()]
            share = min(runtime.PAIRS, -(-len(wanted) // self._workers))
            if len(wanted) > share:
                self._waiting[client] = deque(wanted[share:])
            if wanted:
                return wanted[:share]
        return []

    async def _serve(self, group: list[_Waiting]) -> None:
        queued = [time.monotonic() - waiting.since for waiting in group]
        pairs = [waiting.pair for waiting in group]
        comparing = asyncio.create_task(compare_all(self._sandbox, pairs, self._patience))
        await asyncio.wait({comparing})
        failure = comparing.exception()  # of any kind: who waits must never wait for ever
        if failure is not None:
            for waiting in group:
                if not waiting.answer.done():
                    waiting.answer.set_exception(failure)
            return
        for waiting, compared, seconds in zip(group, comparing.result(), queued, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(self._measured(compared, seconds))

    def _measured(self, compared: Compared, queued_seconds: float) -> Compared:
        return replace(
            compared,
            queued_seconds=compared.queued_seconds + queued_seconds,
            limits_mode=LimitsMode(self._sandbox.isolation.limits.value),
        )


async def compare_all(
    sandbox: Sandbox, pairs: Sequence[Pair], patience: Patience = budget.FULL
) -> list[Compared]:
    """Compare pairs, in as many runs as it takes.

    Raises:
        VerifierError: the sandbox failed; nothing is known about the pairs.
    """
    done: list[Compared] = []
    suspects: set[int] = set()
    while len(done) < len(pairs):
        index = len(done)
        group = pairs[index : index + 1] if index in suspects else pairs[index:]
        try:
            ran = await _settled(sandbox, group, patience)
        except DiedTwice:
            if len(group) == 1:
                done.append(Compared(Finding.DIED))
            suspects.update(range(index, len(pairs)))
            continue
        done.extend(ran.findings)
        index = len(done)
        if index == len(pairs) or _ended_itself(ran):
            continue
        if ran.hit_a_limit:
            done.append(_unfinished(ran, Finding.TOO_HARD))
        elif index in suspects and not ran.findings:
            done.append(_unfinished(ran, Finding.DIED))
        else:
            suspects.add(index)
    return done


def _ended_itself(ran: _Ran) -> bool:
    """A worker stops by itself after a pair that was too hard."""
    return bool(ran.findings) and ran.findings[-1].finding is Finding.TOO_HARD


def _unfinished(ran: _Ran, finding: Finding) -> Compared:
    """What is known of the pair that was being worked on when its run ended."""
    spent = ran.outcome.cpu_seconds - sum(found.cpu_seconds for found in ran.findings)
    return Compared(finding, max(spent, 0.0), ran.outcome.wall_seconds, ran.outcome.memory_bytes)


async def _settled(sandbox: Sandbox, pairs: Sequence[Pair], patience: Patience) -> _Ran:
    async def attempt(alone: bool) -> _Ran:
        return await _attempt(sandbox, pairs, patience, alone=alone)

    try:
        return await retry.settle(sandbox, attempt, runtime.NAME)
    except DiedTwice:
        raise
    except Busy as busy:
        raise Overloaded(str(busy), RETRY_SECONDS) from busy
    except Starved as starved:
        raise ProcessorStarved("an answer check got no processor") from starved
    except SandboxError as failure:
        raise JudgingFailed(f"the jail of an answer check failed: {failure}") from failure


async def _attempt(sandbox: Sandbox, pairs: Sequence[Pair], patience: Patience, *, alone: bool) -> _Ran:
    questions = [
        frames.Question(secrets.token_hex(8), pair.gold, pair.answer, pair.tolerance) for pair in pairs
    ]
    entry = Entry(*runtime.COMPARE, payload=frames.pack(questions, patience))
    async with sandbox.open(Program(runtime.NAME), alone=alone) as jail:
        outcome = await jail.run(Run(entry, limits=runtime.LIMITS))
        queued = jail.queued_seconds
    if outcome.ended is Ended.WALL_LIMIT:  # computing and blocking have limits of their own, which come first
        raise Starved("an answer check was runnable but got no processor")
    return _Ran(tuple(_findings(outcome, questions, queued)), outcome)


def _findings(outcome: Outcome, questions: list[frames.Question], queued_seconds: float) -> list[Compared]:
    """The findings of the first pairs, up to the one that was being worked on."""
    found = frames.read(outcome.report, questions)
    read = itertools.takewhile(lambda frame: frame is not None, (found.get(i) for i in range(len(questions))))
    known = {finding.value: finding for finding in Finding}
    return [
        Compared(
            finding=known[frame.finding],
            cpu_seconds=frame.cpu_seconds,
            wall_seconds=outcome.wall_seconds / len(questions),
            memory_bytes=outcome.memory_bytes,
            queued_seconds=queued_seconds,
        )
        for frame in read
        if frame is not None and frame.finding in known
    ]
