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
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sandbox import retry
from sandbox.errors import Busy, DiedTwice, SandboxError, Starved
from sandbox.model import Ended, Entry, Program, Run
from verifier.answers import runtime
from verifier.answers.inside import budget, frames
from verifier.answers.lines import Lines, Try
from verifier.answers.model import Compared, Finding, Pair
from verifier.errors import JudgingFailed, Overloaded, ProcessorStarved
from verifier.model import LimitsMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.model import Outcome, Sandbox
    from verifier.answers.inside.budget import Patience
    from verifier.answers.lines import Group

RETRY_SECONDS = 1.0
"""When a caller that met a full sandbox may come again."""
KILLED_BY_ITS_OWN_CLOCK = {signal.SIGXCPU, signal.SIGVTALRM}
LIMITS = {Ended.CPU_LIMIT, Ended.MEMORY_LIMIT, Ended.OUTPUT_LIMIT, Ended.IDLE_LIMIT}


@dataclass(slots=True)
class _Waiting:
    pair: Pair
    answer: asyncio.Future[Compared]
    since: float = field(default_factory=time.monotonic)
    tried: Compared | None = None
    """What came of its shorter tries, where those were too short."""


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

    Where pairs often take long, each has shorter tries first, and is tried once more, with patience, when
    nobody waits for another. `verifier.answers.lines` says who is next.
    """

    def __init__(self, sandbox: Sandbox, workers: int) -> None:
        """Keep at most `workers` workers busy."""
        self._sandbox = sandbox
        self._lines: Lines[_Waiting] = Lines(workers, runtime.PAIRS, lambda each: not each.answer.done())
        self._tasks: set[asyncio.Task[None]] = set()

    async def compare(self, pair: Pair, client: str = "", call: str = "") -> Compared:
        """Compare one pair; an empty answer asks whether the gold can be worked with.

        Args:
            pair: both tidy.
            client: who asks. Pairs of different clients never share a worker.
            call: what they came with, nor do those of different calls.

        Raises:
            VerifierError: the sandbox failed; nothing is known about the pair.
        """
        waiting = _Waiting(pair, asyncio.get_running_loop().create_future())
        self._lines.push(client, call, waiting)
        self._begin()
        return await waiting.answer

    def _begin(self) -> None:
        """Give every free worker something to do."""
        while group := self._lines.next():
            task = asyncio.create_task(self._serve(group))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, group: Group[_Waiting]) -> None:
        try:
            await self._compare(group)
        finally:
            self._lines.end(group)
            self._begin()

    async def _compare(self, group: Group[_Waiting]) -> None:
        began = time.monotonic()
        comparing = asyncio.create_task(self._found(group))
        comparing.add_done_callback(_looked_at)  # at the end of the service nobody here is left to look
        await asyncio.wait({comparing})
        failure = comparing.exception()  # of any kind: who waits must never wait for ever
        if failure is not None:
            for waiting in group.members:
                if not waiting.answer.done():
                    waiting.answer.set_exception(failure)
            return
        found = comparing.result()
        for waiting, compared in zip(group.members, found, strict=False):
            self._take(group, waiting, self._measured(compared, began - waiting.since))
        group.line.first.extendleft(reversed(group.members[len(found) :]))

    async def _found(self, group: Group[_Waiting]) -> list[Compared]:
        pairs = [waiting.pair for waiting in group.members]
        return await compare_some(self._sandbox, pairs, PATIENCE[group.time])

    def _take(self, group: Group[_Waiting], waiting: _Waiting, compared: Compared) -> None:
        """Hand out what was found, or let the pair try again."""
        too_hard = compared.finding is Finding.TOO_HARD
        group.line.learn(long=too_hard or compared.cpu_seconds > budget.QUICK.soft_seconds)
        if waiting.tried is not None:
            compared = compared.after(waiting.tried)
        if too_hard and group.time is not Try.PATIENT:
            waiting.tried, waiting.since = compared, time.monotonic()
            if group.time is Try.BRIEF:
                group.line.first.appendleft(waiting)
            else:
                group.line.again.append(waiting)
        elif not waiting.answer.done():
            waiting.answer.set_result(compared)

    def _measured(self, compared: Compared, queued_seconds: float) -> Compared:
        return replace(
            compared,
            queued_seconds=compared.queued_seconds + queued_seconds,
            limits_mode=LimitsMode(self._sandbox.isolation.limits.value),
        )


def _looked_at(task: asyncio.Task[list[Compared]]) -> None:
    if not task.cancelled():
        task.exception()


PATIENCE = {Try.BRIEF: budget.BRIEF, Try.QUICK: budget.QUICK, Try.PATIENT: budget.FULL}


async def compare_some(
    sandbox: Sandbox, pairs: Sequence[Pair], patience: Patience = budget.FULL
) -> list[Compared]:
    """Compare the first pairs, up to one that is too hard or to where a worker's time is over: at least one.

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
        if _ended_itself(ran):
            break
        if ran.findings and ran.outcome.ended is Ended.EXITED and ran.outcome.exit_code == 0:
            break
        if ran.hit_a_limit:
            done.append(_unfinished(ran, Finding.TOO_HARD))
            break
        if index in suspects and not ran.findings:
            if ran.outcome.ended is Ended.EXITED:  # whatever a pair raises is a finding
                raise JudgingFailed("a worker failed before it came to a pair")
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
    entry = Entry(*runtime.COMPARE, payload=frames.pack(questions, patience), steps_back=True)
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
