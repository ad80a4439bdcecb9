"""Judges one submission: compile, run the cases one at a time, and sum up."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox import retry
from sandbox.errors import Busy, DiedTwice, SandboxError, Starved
from sandbox.model import Ended
from verifier.errors import JudgingFailed, Overloaded, ProcessorStarved
from verifier.judge import interact, limits, outcomes, special
from verifier.judge.model import Grade
from verifier.model import CaseResult, LimitsMode, Scoring, Usage, Verdict

if TYPE_CHECKING:
    from sandbox.model import Jail, Outcome, Sandbox
    from verifier.judge.interact import Opponent
    from verifier.judge.model import Case, Plan

_RETRY_SECONDS = 1.0
"""When a refused submission may come again: about as long as a typical one takes."""
_QUICK_BYTES = 256 << 10
"""Comparing this much takes some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a submission."""

    grade: Grade
    """That of the first failing case."""
    score: float
    cases: tuple[CaseResult, ...] = ()
    usage: Usage = field(default_factory=Usage)


async def judge(sandbox: Sandbox, plan: Plan, scoring: Scoring) -> Judged:
    """Run a plan.

    Raises:
        InvalidTask: its tests cannot run.
        ProcessorStarved: the machine gave it no processor, twice.
        JudgingFailed: the sandbox failed.
        Overloaded: too many submissions wait.
    """

    async def attempt(alone: bool) -> _Ran:
        async with contextlib.AsyncExitStack() as stack:
            asked = time.monotonic()
            jail = await stack.enter_async_context(retry.opened(sandbox, plan.program, alone=alone))
            start_seconds = time.monotonic() - asked - jail.queued_seconds
            opponent = None
            if plan.interactor is not None:
                opponent = await stack.enter_async_context(interact.opened(sandbox, plan.interactor))
            return await _run(jail, plan, scoring, opponent, start_seconds)

    try:
        ran = await retry.settle(sandbox, attempt, plan.program.runtime)
        if plan.special is not None and ran.broken is None:
            ran.grades |= await special.review(sandbox, plan.special, ran.outputs, scoring)
        return _sum_up(ran, plan.count, scoring, LimitsMode(sandbox.isolation.limits.value))
    except DiedTwice:
        return Judged(Grade(Verdict.RUNTIME_ERROR, "jail died twice"), 0.0)
    except Starved as problem:
        raise ProcessorStarved(str(problem)) from problem
    except Busy as problem:
        raise Overloaded(str(problem), _RETRY_SECONDS) from problem
    except SandboxError as problem:
        raise JudgingFailed(str(problem)) from problem


@dataclass(slots=True)
class _Ran:
    """What the runs of a submission have come to so far."""

    queued_seconds: float
    start_seconds: float
    compare_seconds: float = 0.0
    compiled: list[Outcome] = field(default_factory=list)
    broken: Grade | None = None
    """Of a program that does not compile."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """By case, without their streams."""
    grades: dict[int, Grade] = field(default_factory=dict)
    outputs: dict[int, bytes] = field(default_factory=dict)
    """Of cases that ended well, for a checker program."""


async def _run(
    jail: Jail, plan: Plan, scoring: Scoring, opponent: Opponent | None, start_seconds: float
) -> _Ran:
    ran = _Ran(jail.queued_seconds, start_seconds)
    if plan.program.compile_argv:
        ran.compiled.append(await jail.compile())
        ran.broken = outcomes.compile_failure(ran.compiled[0])
    for index in range(plan.count):
        if ran.broken is not None:
            break
        await _run_case(jail, plan, index, ran, opponent)
        if scoring is Scoring.ALL and ran.grades[index].verdict is not Verdict.ACCEPTED:
            break
    return ran


async def _run_case(jail: Jail, plan: Plan, index: int, ran: _Ran, opponent: Opponent | None) -> None:
    left = limits.seconds_left(list(ran.outcomes.values()))
    if left <= 0:
        late = "not run: the tests before it used up the time"
        ran.grades[index] = Grade(Verdict.TIME_LIMIT, late)
        return
    case = plan.case(index)
    bounded = dataclasses.replace(case.run.limits, cpu_seconds=min(left, case.run.limits.cpu_seconds))
    case = dataclasses.replace(case, run=dataclasses.replace(case.run, limits=bounded))
    if opponent is None:
        outcome = await jail.run(case.run)
    else:
        outcome, case = await opponent.play(jail, index, case)
    ran.outcomes[index] = dataclasses.replace(outcome, stdout=b"", stderr=b"", report=b"")
    if outcome.ended is Ended.NOT_COMPILED:
        ran.broken = ran.grades[index] = outcomes.not_compiled(outcome)
        return
    ended = time.monotonic()
    ran.grades[index] = await _grade(case, outcome)
    ran.compare_seconds += time.monotonic() - ended
    if plan.special is not None and ran.grades[index].verdict is Verdict.ACCEPTED:
        _keep(ran, index, outcome.stdout)


def _keep(ran: _Ran, index: int, output: bytes) -> None:
    """Keep an output for later, within bounds."""
    if sum(map(len, ran.outputs.values())) + len(output) > 4 * special.OUTPUT_BYTES:
        ran.grades[index] = Grade(Verdict.OUTPUT_LIMIT, "wrote more output than a checker program is given")
        return
    ran.outputs[index] = output


async def _grade(case: Case, outcome: Outcome) -> Grade:
    """Large outputs are compared on another thread, so that nobody waits for it."""
    if len(outcome.stdout) + len(outcome.report) <= _QUICK_BYTES:
        return case.grade(outcome)
    return await asyncio.to_thread(case.grade, outcome)


def _sum_up(ran: _Ran, count: int, scoring: Scoring, mode: LimitsMode) -> Judged:
    """A pass takes a grade for every case; what is missing counts against the candidate."""
    usage = dataclasses.replace(
        _sum([*ran.compiled, *ran.outcomes.values()], ran.queued_seconds, mode),
        start_seconds=ran.start_seconds,
        compare_seconds=ran.compare_seconds,
    )
    if ran.broken is not None:
        return Judged(ran.broken, 0.0, usage=usage)
    failed = [index for index, grade in ran.grades.items() if grade.verdict is not Verdict.ACCEPTED]
    last = failed[0] if failed and scoring is Scoring.ALL else count
    cases = tuple(_case(ran, index) for index in ran.grades if index <= last)
    share = sum(grade.worth for grade in ran.grades.values()) / count
    passed = not failed and len(ran.grades) == count
    score = share if scoring is Scoring.FRACTION else float(passed)
    if passed:
        return Judged(Grade(Verdict.ACCEPTED), score, cases, usage)
    first = ran.grades[failed[0]]
    return Judged(Grade(first.verdict, f"test {failed[0]}: {first.detail}"), score, cases, usage)


def _case(ran: _Ran, index: int) -> CaseResult:
    grade, outcome = ran.grades[index], ran.outcomes.get(index)
    usage = Usage()
    if outcome is not None:
        usage = Usage(outcome.cpu_seconds, outcome.wall_seconds, outcome.memory_bytes)
    return CaseResult(index, grade.verdict, usage, grade.detail)


def _sum(ran: list[Outcome], queued_seconds: float, mode: LimitsMode) -> Usage:
    return Usage(
        cpu_seconds=sum(outcome.cpu_seconds for outcome in ran),
        wall_seconds=sum(outcome.wall_seconds for outcome in ran),
        memory_bytes=max(outcome.memory_bytes for outcome in ran),
        queued_seconds=queued_seconds,
        limits_mode=mode,
    )
