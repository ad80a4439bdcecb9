"""Checkers in source form: testlib's, and scripts with the same manners.

The protocol. A checker is started once for each case whose run ended well, in the working directory of three
files: `input`, `output` (what the candidate wrote) and `answer` (what the task expects), named on its command
line in this order. Its exit status is its word: 0 right; 1 and 2 wrong (a wrong answer, a broken format);
7 partly right, with `points X` on standard error, X from 0 to 1. Any other end is a checker that failed.
testlib.h is not brought along: a source that includes it has to hold it.

Checkers are trusted less than the judge: they run in a jail of their own, once the candidate's is gone. One
that fails on a candidate's output is tried on the answer itself: if it fails there, too, the task is broken;
else the output did it, and scores nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import retry
from sandbox.errors import DiedTwice
from sandbox.languages.table import LANGUAGES
from sandbox.model import Ended, Entry, Program, Run, Source
from verifier.errors import InvalidTask, NotInstalled
from verifier.judge import outcomes, programs, runtime, show
from verifier.judge.inside import checker
from verifier.judge.inside.load import SOURCE
from verifier.judge.model import Grade
from verifier.model import Scoring, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.languages.model import Language
    from sandbox.model import Jail, Outcome, Runtime, Sandbox
    from verifier.model import JudgeProgram, StdioCase

OUTPUT_BYTES = 16 << 20
"""Of one case, and four times that of all: outputs are kept until the candidate's jail is gone."""
_FIELD = "task.code.checker.program"
_RIGHT, _WRONG, _PARTLY = (0,), (1, 2), (7,)
"""Exit statuses, as testlib.h defines them."""
_POINTS = re.compile(rb"points\s+([0-9]*\.?[0-9]+)")
_SHELL = (
    'head -c "$1" >input && head -c "$2" >output && cat >answer && shift 2 && exec "$@" input output answer'
)
"""Makes files of standard input, then becomes the checker."""


@dataclass(frozen=True, slots=True)
class Special:
    """A checker in source form, and the cases it is for."""

    language: Language
    source: str
    cases: tuple[StdioCase, ...]
    reveal_expected: bool


def check(program: JudgeProgram, field: str) -> Language:
    """The language of a judge program.

    Raises:
        InvalidTask: there is none, or no source.
        NotInstalled: not on this server.
    """
    language = LANGUAGES.get(program.language)
    if language is None:
        raise InvalidTask(f"{field}.language", f"no language {show.line(program.language, 50)}")
    if not program.source.strip():
        raise InvalidTask(f"{field}.source", "empty")
    missing = programs.missing(language)
    if missing:
        raise NotInstalled(f"{language.name} is not installed on this server: {', '.join(missing)} missing")
    return language


async def review(
    sandbox: Sandbox, special: Special, outputs: Mapping[int, bytes], scoring: Scoring
) -> dict[int, Grade]:
    """Grades of outputs by the number of their case; stops at the first failure where one is enough.

    Raises:
        InvalidTask: the checker does not compile, or fails on the expected answers themselves.
        SandboxError: the sandbox failed.
    """

    async def attempt(alone: bool) -> dict[int, Grade]:
        program = program_of(special.language, special.source, runtime.PYTHON)
        async with retry.opened(sandbox, program, alone=alone) as jail:
            await compile_in(jail, program, _FIELD)
            grades: dict[int, Grade] = {}
            for index, output in outputs.items():
                grades[index] = await _grade(jail, special, index, output)
                if scoring is Scoring.ALL and grades[index].verdict is not Verdict.ACCEPTED:
                    break
            return grades

    try:
        return await retry.settle(sandbox, attempt, special.language.runtime)
    except DiedTwice:
        raise InvalidTask(_FIELD, "the checker brings its jail down") from None


def program_of(language: Language, source: str, warm: Runtime) -> Program:
    """A judge program; `warm` is for those in Python."""
    if language.runtime == runtime.PYTHON.name:
        text = source.encode("utf-8", "surrogatepass")
        return Program(warm.name, (Source(SOURCE, "judge.py", text),))
    build = language.build(source)
    return Program(
        language.runtime,
        files=build.files,
        compile_argv=build.compile,
        compile_limits=language.compile_limits,
    )


async def compile_in(jail: Jail, program: Program, field: str) -> None:
    """Compile a judge program, where that takes a step of its own.

    Raises:
        InvalidTask: it does not compile.
    """
    if not program.compile_argv:
        return
    broken = outcomes.compile_failure(await jail.compile())
    if broken is not None:
        raise InvalidTask(f"{field}.source", f"the {_what(field)} does not compile: {broken.detail}")


def _what(field: str) -> str:
    return "interactor" if field.endswith("interactor") else "checker"


async def _grade(jail: Jail, special: Special, index: int, output: bytes) -> Grade:
    outcome = await jail.run(_run(special, index, output))
    grade = word_of(outcome, special.reveal_expected)
    if grade is not None:
        return grade
    answer = special.cases[index].output
    if word_of(await jail.run(_run(special, index, answer)), special.reveal_expected) is None:
        raise InvalidTask(
            _FIELD, f"the checker fails on the answer of case {index}: {outcomes.crash(outcome)}"
        )
    return Grade(Verdict.WRONG_ANSWER, "the checker can make nothing of the output")


def _run(special: Special, index: int, output: bytes) -> Run:
    case = special.cases[index]
    limits = special.language.limits
    if special.language.runtime == runtime.PYTHON.name:
        told = checker.payload(case.input, output, case.output)
        return Run(Entry("verifier.judge.inside.checker", "main", told), limits=limits)
    build = special.language.build(special.source)
    sizes = (str(len(case.input)), str(len(output)))
    argv = ("/bin/sh", "-c", _SHELL, "sh", *sizes, *build.run)
    return Run(argv, stdin=case.input + output + case.output, limits=limits)


def word_of(outcome: Outcome, reveal_expected: bool, who: str = "checker") -> Grade | None:
    """What a judge program says by its exit status; None where it failed."""
    if outcomes.limit_reached(outcome) is not None or outcome.ended is not Ended.EXITED:
        return None
    if outcome.exit_code in _RIGHT:
        return Grade(Verdict.ACCEPTED)
    said = f": {show.last_words(outcome.stderr)}" if reveal_expected else ""
    if outcome.exit_code in _WRONG and not _uncaught(outcome):
        return Grade(Verdict.WRONG_ANSWER, f"the {who} refuses the output{said}")
    points = _POINTS.search(outcome.stderr)
    if outcome.exit_code in _PARTLY and points:
        share = min(1.0, float(points[1]))
        verdict = Verdict.ACCEPTED if share == 1 else Verdict.WRONG_ANSWER
        return Grade(verdict, f"the {who} gives {share:g}{said}", share)
    return None


def _uncaught(outcome: Outcome) -> bool:
    """Python ends with status 1 by itself when an exception is not caught: that is no word."""
    return outcome.exit_code == 1 and outcome.stderr.startswith(b"Traceback (most recent call last):")
