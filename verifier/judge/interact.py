"""Interactors: programs that talk to the candidate while it runs, instead of an input that is there at once.

The protocol. For each case both programs are started, each in a jail of its own; what one writes to standard
output is the other's standard input. The interactor lies beside the files `input` and `answer` of the case
and an empty `output`, named on its command line in the order `input output answer` (testlib's), and its exit
status is the word of a checker (`special`). Only that word makes a pass, and only where the candidate, too,
ends with status 0.

Who is to blame, where there is no word:

- a candidate that dies, exceeds a limit or waits in silence is: it fails by that, whatever the interactor
  says afterwards. What it does once the interactor has refused it does not matter;
- an interactor that does not compile, ends without a word before the candidate has said anything, says that
  it failed (testlib's status 3), or does not end once the candidate has: the task is broken, and nothing is
  scored;
- an interactor that breaks down later, on what the candidate wrote: the candidate, or it would learn to
  write what breaks interactors.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import JailDied, Starved
from sandbox.model import Ended, Entry, Run
from verifier.errors import InvalidTask
from verifier.judge import outcomes, runtime, special
from verifier.judge.inside import checker
from verifier.judge.model import Case, Grade
from verifier.model import Verdict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

    from sandbox.languages.model import Language
    from sandbox.model import Jail, Limits, Outcome, Sandbox
    from verifier.model import CodeTask, JudgeProgram, StdioCase, StdioTests

_FIELD = "task.code.interactor"
_FAILED_STATUS = 3
"""As testlib.h has it: the judges' own mistake."""
_GRACE_SECONDS = 10.0
"""That an interactor may wait on top of all that its candidate may compute and wait."""
_SHELL = (
    'head -c "$1" >input && : >output && head -c "$2" >answer && shift 2 && exec "$@" input output answer'
)
"""Makes files of the head of standard input, then becomes the interactor. `head` reads no byte too many."""


@dataclass(frozen=True, slots=True)
class Interactor:
    """An interactor in source form, and the cases it is for."""

    language: Language
    source: str
    cases: tuple[StdioCase, ...]
    reveal_expected: bool


def check(task: CodeTask, interactor: JudgeProgram, tests: StdioTests) -> None:
    """Refuse an interactor that cannot be run.

    Raises:
        InvalidTask: no language or source, too large a case, or a checker beside it.
        NotInstalled: not on this server.
    """
    special.check(interactor, _FIELD)
    if task.checker.name or task.checker.program:
        raise InvalidTask("task.code.checker", "the interactor judges by itself")
    for index, case in enumerate(tests.cases):
        if len(case.input) + len(case.output) > special.OUTPUT_BYTES:
            raise InvalidTask(f"task.code.stdio.cases[{index}]", "too large for an interactor")


@contextlib.asynccontextmanager
async def opened(sandbox: Sandbox, interactor: Interactor) -> AsyncIterator[Opponent]:
    """The interactor in its jail, compiled.

    Raises:
        InvalidTask: it does not compile.
        SandboxError: the sandbox failed.
    """
    program = special.program_of(interactor.language, interactor.source, runtime.INTERACTORS)
    program = dataclasses.replace(program, runtime=runtime.INTERACTORS.name)
    async with contextlib.AsyncExitStack() as stack:
        with _blameless():
            jail = await stack.enter_async_context(sandbox.open(program))
            await special.compile_in(jail, program, _FIELD)
        yield Opponent(jail, interactor)


class _End:
    """One program's end of a conversation. What is under way is bounded by the output limits of both."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.other = self

    async def more_input(self) -> bytes:
        """See `sandbox.model.Talk`."""
        return await self.heard.get()

    def take_output(self, data: bytes) -> None:
        """See `sandbox.model.Talk`."""
        self.other.heard.put_nowait(data)

    def hang_up(self) -> None:
        """The other program reads to its end what was written."""
        self.other.heard.put_nowait(b"")


class Opponent:
    """An interactor that is ready to play."""

    def __init__(self, jail: Jail, interactor: Interactor) -> None:
        """`jail`: the interactor's own, where it is compiled."""
        self._jail = jail
        self._interactor = interactor

    async def play(self, jail: Jail, index: int, case: Case) -> tuple[Outcome, Case]:
        """Run a candidate and the interactor against each other.

        Returns:
            What became of the candidate, and the case with the grade for it.

        Raises:
            InvalidTask: the interactor is broken.
            Starved: nobody knows who held up whom.
            JailDied: the candidate's jail did.
        """
        theirs, ours = _End(), _End()
        theirs.other, ours.other = ours, theirs
        ended: list[_End] = []

        async def side(jail: Jail, run: Run, end: _End) -> Outcome:
            outcome = await jail.converse(run, end)
            ended.append(end)
            end.hang_up()
            return outcome

        async def interactor_side() -> Outcome:
            with _blameless():
                return await side(self._jail, self._run(index, case.run.limits), ours)

        candidate, word = await _both(side(jail, case.run, theirs), interactor_side())
        grade = self._grade(index, case, candidate, word, candidate_first=ended[0] is theirs)
        return candidate, dataclasses.replace(case, grade=lambda _: grade)

    def _run(self, index: int, candidate: Limits) -> Run:
        one, language = self._interactor.cases[index], self._interactor.language
        idle_seconds = candidate.cpu_seconds + candidate.idle_seconds + _GRACE_SECONDS
        limits = dataclasses.replace(language.limits, idle_seconds=idle_seconds)
        if language.runtime == runtime.PYTHON.name:
            told = checker.payload(one.input, b"", one.output)
            return Run(Entry("verifier.judge.inside.checker", "main", told), limits=limits)
        sizes = (str(len(one.input)), str(len(one.output)))
        argv = ("/bin/sh", "-c", _SHELL, "sh", *sizes, *language.build(self._interactor.source).run)
        return Run(argv, stdin=one.input + one.output, limits=limits)

    def _grade(
        self, index: int, case: Case, candidate: Outcome, interactor: Outcome, *, candidate_first: bool
    ) -> Grade:
        word = special.word_of(interactor, self._interactor.reveal_expected, "interactor")
        self._refuse_broken(index, candidate, interactor, word, candidate_first)
        word = word or Grade(Verdict.WRONG_ANSWER, "the interactor can make nothing of the output")
        if word.verdict is not Verdict.ACCEPTED and not candidate_first:
            return word
        own = case.grade(candidate)
        if own.verdict is Verdict.IDLE_LIMIT and _busy_seconds(interactor) > case.run.limits.idle_seconds / 2:
            raise Starved("a candidate waited for an interactor that was busy, or got no processor")
        return word if own.verdict is Verdict.ACCEPTED else own

    def _refuse_broken(
        self, index: int, candidate: Outcome, interactor: Outcome, word: Grade | None, candidate_first: bool
    ) -> None:
        """Raise where the task is to blame."""
        if word is not None:
            return
        if interactor.ended is Ended.IDLE_LIMIT and not candidate_first:
            raise Starved("an interactor waited for a candidate for longer than that may take")
        hangs = interactor.ended is Ended.IDLE_LIMIT
        confesses = interactor.exit_code == _FAILED_STATUS
        if hangs or confesses or not (candidate_first or candidate.stdout):
            said = outcomes.crash(interactor)
            raise InvalidTask(_FIELD, f"the interactor fails on case {index}: {said}")


def _busy_seconds(outcome: Outcome) -> float:
    """Time in which a program computed, or would have with a processor."""
    return outcome.wall_seconds - outcome.blocked_seconds


@contextlib.contextmanager
def _blameless() -> Iterator[None]:
    """A jail that dies under an interactor says nothing about the candidate."""
    try:
        yield
    except JailDied as problem:
        raise Starved(f"the interactor's jail died: {problem}") from problem


async def _both(one: Coroutine[None, None, Outcome], other: Coroutine[None, None, Outcome]) -> list[Outcome]:
    """Run two sides; a failure of one ends the other."""
    tasks = [asyncio.ensure_future(one), asyncio.ensure_future(other)]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
