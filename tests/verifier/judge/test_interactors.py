"""Who is to blame when two programs talk and something goes wrong; the talks are golden folders."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from sandbox.errors import JailDied, Starved
from sandbox.languages.table import LANGUAGES
from sandbox.model import Ended, Outcome, Run, Talk
from tests.fakes import FakeSandbox
from tests.verifier.judge.scripted import GOOD
from verifier.errors import InvalidTask
from verifier.judge import outcomes
from verifier.judge.interact import Interactor, Opponent
from verifier.judge.model import Case, Grade
from verifier.model import (
    AssertTests,
    CheckerChoice,
    CodeTask,
    JudgeProgram,
    Options,
    StdioCase,
    StdioTests,
    Task,
    Verdict,
    Verifier,
)
from verifier.verifiers import code

CASE = StdioCase(b"7\n", b"")
SAID = dataclasses.replace(GOOD, stdout=b"hello\n")
CRASHED = dataclasses.replace(GOOD, exit_code=1, stderr=b"Traceback (most recent call last):\nValueError\n")
REFUSES = dataclasses.replace(GOOD, exit_code=1)
FAILS = dataclasses.replace(GOOD, exit_code=3)
HALF = dataclasses.replace(GOOD, exit_code=7, stderr=b"points 0.5")


def stopped(ended: Ended, **facts: float) -> Outcome:
    """A run that a limit ended."""
    return dataclasses.replace(SAID, ended=ended, exit_code=None, **facts)  # type: ignore[arg-type]


IDLE = stopped(Ended.IDLE_LIMIT, wall_seconds=20.0, blocked_seconds=20.0)
SPUN = stopped(Ended.CPU_LIMIT)
BUSY = dataclasses.replace(GOOD, wall_seconds=30.0, blocked_seconds=1.0)


class Ends:
    """A jail whose one run ends as told, once its turn has come."""

    queued_seconds = 0.0

    def __init__(self, end: Outcome | Exception, turn: asyncio.Event, done: asyncio.Event) -> None:
        """`turn`: what to wait for; `done`: what to set then."""
        self._end, self._turn, self._done = end, turn, done

    async def compile(self) -> Outcome:
        """See `sandbox.model.Jail`."""
        raise NotImplementedError

    async def run(self, run: Run) -> Outcome:
        """See `sandbox.model.Jail`."""
        raise NotImplementedError

    async def converse(self, run: Run, talk: Talk) -> Outcome:
        """See `sandbox.model.Jail`."""
        await self._turn.wait()
        self._done.set()
        if isinstance(self._end, Exception):
            raise self._end
        return self._end


async def play(first: str, candidate: Outcome | Exception, interactor: Outcome | Exception) -> Grade:
    """The grade of a talk that ends like this, with one side first."""
    now, later = asyncio.Event(), asyncio.Event()
    now.set()
    turns = {first: (now, later)}
    theirs = Ends(candidate, *turns.get("candidate", (later, later)))
    ours = Ends(interactor, *turns.get("interactor", (later, later)))
    opponent = Opponent(ours, Interactor(LANGUAGES["python"], "", (CASE,), reveal_expected=False))
    case = Case(Run(()), lambda outcome: outcomes.failure(outcome) or Grade(Verdict.ACCEPTED))
    outcome, graded = await opponent.play(theirs, 0, case)
    return graded.grade(outcome)


@pytest.mark.parametrize(
    ("first", "candidate", "interactor", "verdict"),
    [
        ("candidate", SAID, GOOD, Verdict.ACCEPTED),
        ("interactor", SAID, GOOD, Verdict.ACCEPTED),
        ("interactor", CRASHED, GOOD, Verdict.RUNTIME_ERROR),
        ("interactor", SPUN, GOOD, Verdict.TIME_LIMIT),
        ("candidate", SAID, REFUSES, Verdict.WRONG_ANSWER),
        ("interactor", SPUN, REFUSES, Verdict.WRONG_ANSWER),
        ("interactor", IDLE, REFUSES, Verdict.WRONG_ANSWER),
        ("candidate", CRASHED, REFUSES, Verdict.RUNTIME_ERROR),
        ("candidate", CRASHED, CRASHED, Verdict.RUNTIME_ERROR),
        ("candidate", GOOD, CRASHED, Verdict.WRONG_ANSWER),
        ("interactor", SAID, CRASHED, Verdict.WRONG_ANSWER),
        ("interactor", dataclasses.replace(CRASHED, stdout=b"x"), CRASHED, Verdict.WRONG_ANSWER),
        ("candidate", IDLE, REFUSES, Verdict.IDLE_LIMIT),
        ("candidate", IDLE, CRASHED, Verdict.IDLE_LIMIT),
        ("candidate", SAID, HALF, Verdict.WRONG_ANSWER),
    ],
)
async def test_what_a_candidate_causes_is_the_candidates(
    first: str, candidate: Outcome, interactor: Outcome, verdict: Verdict
) -> None:
    """And only an interactor's word makes a pass."""
    grade = await play(first, candidate, interactor)

    assert grade.verdict is verdict
    assert grade.worth == {Verdict.ACCEPTED: 1.0}.get(verdict, 0.5 if interactor is HALF else 0.0)


@pytest.mark.parametrize(
    ("first", "candidate", "interactor", "error"),
    [
        ("interactor", CRASHED, CRASHED, InvalidTask),
        ("interactor", SAID, FAILS, InvalidTask),
        ("candidate", IDLE, stopped(Ended.IDLE_LIMIT), InvalidTask),
        ("interactor", SAID, stopped(Ended.IDLE_LIMIT), Starved),
        ("candidate", IDLE, BUSY, Starved),
        ("interactor", SAID, JailDied("gone"), Starved),
        ("candidate", JailDied("gone"), GOOD, JailDied),
    ],
)
async def test_what_an_interactor_or_the_machine_causes_is_no_score(
    first: str, candidate: Outcome | Exception, interactor: Outcome | Exception, error: type[Exception]
) -> None:
    """A broken interactor is the task's; who held up whom may be nobody's."""
    with pytest.raises(error):
        await play(first, candidate, interactor)


def interactive(language: str, source: str, **fields: object) -> Task:
    """A task with an interactor."""
    interactor = JudgeProgram(language, source)
    return Task(CodeTask("python", StdioTests((CASE,)), interactor=interactor, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        (interactive("klingon", "x"), "task.code.interactor.language"),
        (interactive("python", " "), "task.code.interactor.source"),
        (interactive("python", "x", checker=CheckerChoice("tokens")), "task.code.checker"),
        (
            Task(CodeTask("python", AssertTests(("assert f()",)), interactor=JudgeProgram("python", "x"))),
            "task.code.interactor",
        ),
    ],
)
def test_an_interactor_that_cannot_run_is_refused_before_anything_runs(shape: Task, field: str) -> None:
    """With the field at fault."""
    with pytest.raises(InvalidTask) as refusal:
        code.build(FakeSandbox()).check(shape)

    assert refusal.value.field == field


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("language", "source"), [("python", "print("), ("python", "1/0"), ("cpp", "int main() { return x; }")]
)
async def test_a_broken_interactor_is_the_callers_error(
    verifier: Verifier, language: str, source: str
) -> None:
    """Whatever the candidate does."""
    with pytest.raises(InvalidTask, match="interactor"):
        await verifier.verify("import sys; sys.stdin.read()", interactive(language, source), Options())


@pytest.mark.heavy
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("program", ["input()\ninput()", "import sys\nprint(14)\nsys.stdin.readlines()"])
async def test_a_candidate_that_waits_in_silence_is_idle(verifier: Verifier, program: str) -> None:
    """For what it never said, or never flushed."""
    task = interactive("python", "import sys\nprint(7, flush=True)\nsys.exit(input() != '14')")
    judgement = await verifier.verify(program, task, Options())

    assert judgement.verdict is Verdict.IDLE_LIMIT


@pytest.mark.asyncio(loop_scope="session")
async def test_more_talks_than_slots_do_not_wait_for_each_other(verifier: Verifier) -> None:
    """Every one of them takes two jails."""
    task = interactive("python", "print(1, flush=True)\nassert input() == '2'")
    talks = [verifier.verify("print(2 * int(input()))", task, Options()) for _ in range(6)]

    async with asyncio.timeout(120):
        judged = await asyncio.gather(*talks)

    assert {one.verdict for one in judged} == {Verdict.ACCEPTED}
