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
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sandbox import retry
from sandbox.errors import Busy, DiedTwice, SandboxError, Starved
from sandbox.model import Ended, Entry, Program, Run
from verifier.answers import runtime
from verifier.answers.inside import frames
from verifier.answers.model import Compared, Finding, Pair
from verifier.errors import JudgingFailed, Overloaded, ProcessorStarved, VerifierError
from verifier.model import LimitsMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.model import Outcome, Sandbox

RETRY_SECONDS = 1.0
"""When a caller that met a full sandbox may come again."""
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
        return self.outcome.ended in LIMITS or self.outcome.signal == signal.SIGXCPU


class Symbolic:
    """Compares pairs in workers of a sandbox: at once where one is free, in groups where none is."""

    def __init__(self, sandbox: Sandbox, workers: int) -> None:
        """Keep at most `workers` workers busy; more than the sandbox has slots only makes groups smaller."""
        self._sandbox = sandbox
        self._workers = workers
        self._waiting: deque[_Waiting] = deque()
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def compare(self, pair: Pair) -> Compared:
        """Compare one pair; an empty answer asks whether the gold can be worked with.

        Raises:
            VerifierError: the sandbox failed; nothing is known about the pair.
        """
        waiting = _Waiting(pair, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
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
        """A fair share of those who wait, without those who no longer do."""
        while self._waiting and self._waiting[0].answer.done():
            self._waiting.popleft()
        share = min(runtime.PAIRS, -(-len(self._waiting) // self._workers))
        taken = [self._waiting.popleft() for _ in range(share)]
        return [waiting for waiting in taken if not waiting.answer.done()] or taken

    async def _serve(self, group: list[_Waiting]) -> None:
        queued = [time.monotonic() - waiting.since for waiting in group]
        try:
            found = await compare_all(self._sandbox, [waiting.pair for waiting in group])
        except VerifierError as failure:
            for waiting in group:
                if not waiting.answer.done():
                    waiting.answer.set_exception(failure)
            return
        for waiting, compared, seconds in zip(group, found, queued, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(self._measured(compared, seconds))

    def _measured(self, compared: Compared, queued_seconds: float) -> Compared:
        return replace(
            compared,
            queued_seconds=compared.queued_seconds + queued_seconds,
            limits_mode=LimitsMode(self._sandbox.isolation.limits.value),
        )


async def compare_all(sandbox: Sandbox, pairs: Sequence[Pair]) -> list[Compared]:
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
            ran = await _settled(sandbox, group)
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


async def _settled(sandbox: Sandbox, pairs: Sequence[Pair]) -> _Ran:
    async def attempt(alone: bool) -> _Ran:
        return await _attempt(sandbox, pairs, alone=alone)

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


async def _attempt(sandbox: Sandbox, pairs: Sequence[Pair], *, alone: bool) -> _Ran:
    questions = [
        frames.Question(secrets.token_hex(8), pair.gold, pair.answer, pair.tolerance) for pair in pairs
    ]
    entry = Entry(*runtime.COMPARE, payload=frames.pack(questions))
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
