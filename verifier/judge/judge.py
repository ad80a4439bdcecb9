"""Judges one submission: compile, run the cases one at a time, and sum up."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.errors import Busy, DiedTwice, SandboxError, Starved
from sandbox.model import Ended
from sandbox.retry import settle
from verifier.errors import JudgingFailed, Overloaded, ProcessorStarved
from verifier.judge import limits, outcomes
from verifier.judge.model import Grade
from verifier.model import CaseResult, LimitsMode, Scoring, Usage, Verdict

if TYPE_CHECKING:
    from sandbox.model import Jail, Outcome, Sandbox
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

    async def attempt(alone: bool) -> Judged:
        async with sandbox.open(plan.program, alone=alone) as jail:
            return await _run(jail, plan, scoring, LimitsMode(sandbox.isolation.limits.value))

    try:
        return await settle(sandbox, attempt, plan.program.runtime)
    except DiedTwice:
        return Judged(Grade(Verdict.RUNTIME_ERROR, "jail died twice"), 0.0)
    except Starved as problem:
        raise ProcessorStarved(str(problem)) from problem
    except Busy as problem:
        raise Overloaded(str(problem), _RETRY_SECONDS) from problem
    except SandboxError as problem:
        raise JudgingFailed(str(problem)) from problem


async def _run(jail: Jail, plan: Plan, scoring: Scoring, mode: LimitsMode) -> Judged:
    compiled = [await jail.compile()] if plan.program.compile_argv else []
    broken = outcomes.compile_failure(compiled[0]) if compiled else None
    if broken is not None:
        return Judged(broken, 0.0, usage=_sum(compiled, jail.queued_seconds, mode))
    ran: list[Outcome] = []
    results: list[CaseResult] = []
    for index in range(plan.count):
        results.append(await _run_case(jail, plan, index, ran))
        if ran and ran[-1].ended is Ended.NOT_COMPILED:
            return Judged(outcomes.not_compiled(ran[-1]), 0.0, usage=_sum(ran, jail.queued_seconds, mode))
        if scoring is Scoring.ALL and results[-1].verdict is not Verdict.ACCEPTED:
            break
    return _sum_up(results, plan.count, scoring, _sum([*compiled, *ran], jail.queued_seconds, mode))


async def _run_case(jail: Jail, plan: Plan, index: int, ran: list[Outcome]) -> CaseResult:
    left = limits.seconds_left(ran)
    if left <= 0:
        return CaseResult(index, Verdict.TIME_LIMIT, detail="not run: the tests before it used up the time")
    case = plan.case(index)
    bounded = dataclasses.replace(case.run.limits, cpu_seconds=min(left, case.run.limits.cpu_seconds))
    outcome = await jail.run(dataclasses.replace(case.run, limits=bounded))
    ran.append(outcome)
    not_compiled = outcome.ended is Ended.NOT_COMPILED
    grade = outcomes.not_compiled(outcome) if not_compiled else await _grade(case, outcome)
    usage = Usage(outcome.cpu_seconds, outcome.wall_seconds, outcome.memory_bytes)
    return CaseResult(index, grade.verdict, usage, grade.detail)


async def _grade(case: Case, outcome: Outcome) -> Grade:
    """Large outputs are compared on another thread, so that nobody waits for it."""
    if len(outcome.stdout) + len(outcome.report) <= _QUICK_BYTES:
        return case.grade(outcome)
    return await asyncio.to_thread(case.grade, outcome)


def _sum_up(results: list[CaseResult], count: int, scoring: Scoring, usage: Usage) -> Judged:
    """A pass takes a result for every case; what is missing counts against the candidate."""
    passed = sum(result.verdict is Verdict.ACCEPTED for result in results)
    share = passed / count
    score = share if scoring is Scoring.FRACTION else float(passed == count)
    failed = next((result for result in results if result.verdict is not Verdict.ACCEPTED), None)
    grade = Grade(Verdict.ACCEPTED)
    if failed is not None:
        grade = Grade(failed.verdict, f"test {failed.index}: {failed.detail}")
    return Judged(grade, score, tuple(results), usage)


def _sum(ran: list[Outcome], queued_seconds: float, mode: LimitsMode) -> Usage:
    return Usage(
        cpu_seconds=sum(outcome.cpu_seconds for outcome in ran),
        wall_seconds=sum(outcome.wall_seconds for outcome in ran),
        memory_bytes=max(outcome.memory_bytes for outcome in ran),
        queued_seconds=queued_seconds,
        limits_mode=mode,
    )
