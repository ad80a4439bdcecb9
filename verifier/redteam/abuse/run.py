"""Runs the abuse corpus on a sandbox of this process: each program has to get its verdict, and nothing else.

Beside every program, honest ones run for as long as it does; after it, one that needs all slots at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from sandbox.languages.table import LANGUAGES
from sandbox.model import Limits, Program
from sandbox.pool import PoolSettings, start
from verifier.errors import VerifierError
from verifier.judge.judge import Judged, judge
from verifier.judge.model import Submission
from verifier.judge.runtime import NATIVE, PYTHON
from verifier.judge.styles import stdio
from verifier.model import CodeTask, Scoring, StdioCase, StdioTests, Verdict
from verifier.redteam.abuse import reading, traces
from verifier.redteam.abuse.model import Abuse, Result

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sandbox.model import LaunchMode, Sandbox
    from verifier.redteam.abuse.traces import Traces

LIMITS = Limits(
    cpu_seconds=0.5,
    idle_seconds=1,
    memory_bytes=128 << 20,
    output_bytes=1 << 20,
    processes=20,
)
"""Of every run: small, so that reaching them is quick."""
_COMPILE_LIMITS = Limits(cpu_seconds=2, idle_seconds=5, memory_bytes=256 << 20, output_bytes=1 << 20)
_SLOTS = 3
"""One for each of two programs that attack together, and one for their neighbour."""
_GUARD_SECONDS = 120.0
"""Against hanging, on a loaded machine."""
_SETTLE_SECONDS = 10.0
"""For what is on its way out to be gone."""

_PAUSE_SECONDS = 0.05
"""Between neighbours, which are many where an abuse takes long."""

_HONEST = {
    "python": (
        "import os, subprocess, time\n"
        "number = int(input())\n"
        "memory = bytearray(20 << 20)\n"
        "open('file', 'wb').write(memory[: 1 << 20])\n"
        "subprocess.run(['/bin/true'], check=True)\n"
        "time.sleep(0.01)\n"
        "print(number * number, os.listdir())\n"
    ),
    "bash": (
        "read -r number; sleep 0.01; echo x >file; echo \"$((number * number)) ['$(cat file | wc -l)']\"\n"
    ),
}
"""Does a little of everything that an abuse of others might disturb."""
_HONEST_OUTPUTS = {"python": b"{} ['file']\n", "bash": b"{} ['1']\n"}
_NEIGHBOUR_OF = {"python": "python", "c": "bash"}
"""Which honest program uses the same runtime."""


async def run(situation: str, launch: LaunchMode, abuses: Sequence[Abuse]) -> AsyncIterator[Result]:
    """Run programs one after the other, in jails that are started in one way; each result when it is there.

    Args:
        situation: named in the results.
        launch: how jails start.
        abuses: the programs.

    Raises:
        sandbox.errors.NotAvailable: no jail works here, or none that starts this way.
    """
    traces.adopt_orphans()
    async with start(PoolSettings(slots=_SLOTS, launch=launch), [PYTHON, NATIVE]) as sandbox:
        await _use_every_slot(sandbox)
        before = traces.look()
        for abuse in abuses:
            yield await _attack(sandbox, situation, abuse, before)


async def _use_every_slot(sandbox: Sandbox) -> None:
    """What is made for a slot when it is first used is no leftover of an abuse."""
    async with contextlib.AsyncExitStack() as jails:
        for runtime in (PYTHON, NATIVE):
            for _ in range(_SLOTS):
                await jails.enter_async_context(sandbox.open(Program(runtime.name)))
    for language in _HONEST:
        await _honest(sandbox, language)


async def _attack(sandbox: Sandbox, situation: str, abuse: Abuse, before: Traces) -> Result:
    began = time.monotonic()
    neighbour = _NEIGHBOUR_OF[reading.language(abuse.name)]
    problems: list[str] = []
    verdict = ""
    try:
        async with asyncio.timeout(_GUARD_SECONDS):
            verdict, problems = await _with_neighbours(sandbox, abuse, neighbour)
            problems += await _next(sandbox, neighbour)
    except TimeoutError:
        problems.append(f"nothing happened any more for {_GUARD_SECONDS:.0f} s")
    problems += [f"left behind: {trace}" for trace in await _left(before)]
    return Result(
        situation=situation,
        launch=sandbox.isolation.launch.value,
        abuse=abuse.name,
        verdict=verdict,
        problems=tuple(problems),
        seconds=time.monotonic() - began,
    )


async def _with_neighbours(sandbox: Sandbox, abuse: Abuse, neighbour: str) -> tuple[str, list[str]]:
    inputs = [abuse.inputs, *([abuse.beside] if abuse.beside else [])]
    attacks = [asyncio.ensure_future(_judge_abuse(sandbox, abuse, ones)) for ones in inputs]
    problems: list[str] = []
    while True:
        problems += [f"neighbour: {problem}" for problem in await _honest(sandbox, neighbour)]
        if problems or all(attack.done() for attack in attacks):
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    got = await asyncio.gather(*attacks)
    return got[0][0], [*(problem for _, found in got for problem in found), *problems]


async def _judge_abuse(sandbox: Sandbox, abuse: Abuse, inputs: tuple[bytes, ...]) -> tuple[str, list[str]]:
    """Its verdict, and what is wrong with it."""
    wanted = reading.statement(abuse.name).verdicts
    tests = StdioTests(tuple(StdioCase(one, b"contained\n") for one in inputs))
    try:
        judged = await _judge(sandbox, reading.language(abuse.name), reading.source(abuse.name), tests)
    except VerifierError as status:
        return "", [f"a status instead of a score: {type(status).__name__}: {status}"]
    got = [(one.verdict.name, one.detail) for one in judged.cases]
    got.append((judged.grade.verdict.name, judged.grade.detail))
    wrong = [f"{verdict}: {detail}" for verdict, detail in got if verdict not in wanted]
    if judged.grade.verdict is not Verdict.ACCEPTED and judged.score != 0:
        wrong.append(f"score {judged.score}")
    return judged.grade.verdict.name, wrong[:1]


async def _honest(sandbox: Sandbox, language: str) -> list[str]:
    """What is wrong with an honest program, which should be nothing."""
    cases = [
        StdioCase(b"%d\n" % number, _HONEST_OUTPUTS[language].replace(b"{}", b"%d" % number**2))
        for number in (3, 4)
    ]
    try:
        judged = await _judge(sandbox, language, _HONEST[language], StdioTests(tuple(cases)))
    except VerifierError as status:
        return [f"{type(status).__name__}: {status}"]
    accepted = judged.grade.verdict is Verdict.ACCEPTED
    return [] if accepted else [f"{judged.grade.verdict.name}: {judged.grade.detail}"]


async def _next(sandbox: Sandbox, language: str) -> list[str]:
    """After an abuse: all slots are free at once, and an honest program passes."""
    async with sandbox.open(Program(LANGUAGES[language].runtime), alone=True):
        pass
    return [f"next submission: {problem}" for problem in await _honest(sandbox, language)]


async def _judge(sandbox: Sandbox, language: str, code: str, tests: StdioTests) -> Judged:
    """The way the service does it, with limits of ours; all tests are run, whatever the first one does."""
    task = CodeTask(language, tests)
    submission = Submission(task, code, LANGUAGES[language], LIMITS, _COMPILE_LIMITS, reveal_expected=False)
    return await judge(sandbox, stdio.plan(submission, tests), Scoring.FRACTION)


async def _left(before: Traces) -> list[str]:
    """What is still there after everything had time to go."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while found := traces.more(before, traces.look()):
        if time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.05)
    return []
