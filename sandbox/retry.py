"""The poison-pill rule: whose fault is a jail that died without an answer?

Once may be anybody's: a machine out of memory, a bug of ours. A submission that does it again, alone, while a
known-good program passes in the same runtime, did it itself. A jail that was taken from outside, or for which
the machine had no process, is nobody's: the submission simply has another one. The same holds for a single
process that was killed without a reason: the kernel does that where memory runs out, and so does an operator;
only a second time, alone, it counts.
"""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, TypeVar

from sandbox.errors import DiedTwice, JailDied, JailTaken, SandboxError, Starved
from sandbox.model import Entry, Program, Run, Source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sandbox.model import Jail, Outcome, Sandbox, Talk

T = TypeVar("T")

SCRIPT = Entry("sandbox.inside.script", "main")
"""Runs the source `solution` as a script; every warm runtime has it."""
_TAKEN = 8
"""Jails that a submission may lose to somebody outside, before that is a failure of the service."""
_KNOWN_GOOD = b"print(6 * int(input()))"


class Doubting:
    """A jail whose runs are not believed where a process was killed and no limit is the reason."""

    def __init__(self, jail: Jail) -> None:
        """The same jail."""
        self._jail = jail

    @property
    def queued_seconds(self) -> float:
        """See `sandbox.model.Jail`."""
        return self._jail.queued_seconds

    async def compile(self) -> Outcome:
        """See `sandbox.model.Jail`."""
        return _believed(await self._jail.compile())

    async def run(self, run: Run) -> Outcome:
        """See `sandbox.model.Jail`."""
        return _believed(await self._jail.run(run))

    async def converse(self, run: Run, talk: Talk) -> Outcome:
        """See `sandbox.model.Jail`."""
        return _believed(await self._jail.converse(run, talk))


def _believed(outcome: Outcome) -> Outcome:
    if outcome.signal == signal.SIGKILL:
        raise Starved("a process was killed, and no limit of its jail is the reason")
    return outcome


@contextlib.asynccontextmanager
async def opened(sandbox: Sandbox, program: Program, *, alone: bool) -> AsyncIterator[Jail]:
    """A jail for one attempt of `settle`: alone, what happens in it is believed.

    Raises:
        SandboxError: as `sandbox.model.Sandbox.open`.
    """
    async with sandbox.open(program, alone=alone) as jail:
        yield jail if alone else Doubting(jail)


async def settle(sandbox: Sandbox, attempt: Callable[[bool], Awaitable[T]], runtime: str = "python") -> T:
    """Try, and once more alone where the jail dies or starves.

    Args:
        sandbox: where the attempts run.
        attempt: opens its own jail, with `alone` as given, and does everything again from the start.
        runtime: where the known-good program runs.

    Raises:
        DiedTwice: the submission brought its jail down both times.
        SandboxError: the sandbox is at fault, or nobody knows.
    """

    async def undisturbed(alone: bool) -> T:
        return await _undisturbed(lambda: attempt(alone))

    try:
        return await undisturbed(False)
    except Starved:
        return await undisturbed(True)
    except JailDied:
        pass
    try:
        return await undisturbed(True)
    except JailDied as second:
        await probe(sandbox, runtime)
        raise DiedTwice("the jail died twice, the second time alone") from second


async def _undisturbed(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again for as often as somebody outside ends the jail, within reason.

    Raises:
        JailTaken: that never ends.
        SandboxError: as the attempt.
    """
    for _ in range(_TAKEN - 1):
        with contextlib.suppress(JailTaken):
            return await attempt()
    return await attempt()


async def probe(sandbox: Sandbox, runtime: str) -> None:
    """Run a known-good program.

    Raises:
        SandboxError: it did not pass, so nothing can be said about any other program.
    """
    outcome = await _undisturbed(lambda: _known_good(sandbox, runtime))
    if outcome.stdout != b"42\n":
        said = outcome.stderr.decode("utf-8", "replace")[-500:]
        raise SandboxError(f"a known-good program failed in runtime {runtime}: {outcome.ended.value} {said}")


async def _known_good(sandbox: Sandbox, runtime: str) -> Outcome:
    program = Program(runtime, (Source("solution", "probe.py", _KNOWN_GOOD),))
    async with sandbox.open(program) as jail:
        return await jail.run(Run(SCRIPT, stdin=b"7\n"))
