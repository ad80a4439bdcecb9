"""From facts to verdicts: the one place that says what the end of a run means for its candidate."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from sandbox.errors import Starved
from sandbox.model import Ended, Outcome
from verifier.judge import show
from verifier.judge.model import Grade
from verifier.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

STOPPED: Mapping[Ended, Verdict] = {
    Ended.CPU_LIMIT: Verdict.TIME_LIMIT,
    Ended.IDLE_LIMIT: Verdict.IDLE_LIMIT,
    Ended.MEMORY_LIMIT: Verdict.MEMORY_LIMIT,
    Ended.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT,
}
"""Runs that were stopped, and for what. The other ends: the program ended by itself or by a signal, which is
read off its exit; it did not compile; and the wall backstop, which says nothing about the program."""

_TEXTS: Mapping[Ended, str] = {
    Ended.CPU_LIMIT: "used more processor time than allowed",
    Ended.IDLE_LIMIT: "waited for too long without computing",
    Ended.MEMORY_LIMIT: "used more memory than allowed",
    Ended.OUTPUT_LIMIT: "wrote more output than allowed",
}


def limit_reached(outcome: Outcome) -> Grade | None:
    """The grade of a run that a limit stopped; None for one that ended otherwise.

    Raises:
        Starved: the wall backstop passed. Computing and blocking have limits of their own, which together
            are far below it, so the machine gave the program no processor.
    """
    if outcome.ended is Ended.WALL_LIMIT:
        raise Starved("a program was runnable but got no processor")
    if outcome.ended not in STOPPED:
        return None
    return Grade(STOPPED[outcome.ended], _TEXTS[outcome.ended])


def failure(outcome: Outcome, out_of_memory: tuple[bytes, ...] = ()) -> Grade | None:
    """The grade of a run that did not end by itself with status 0; None for one that did.

    `out_of_memory`: what the language's runtime writes to standard error when memory runs out.
    """
    stopped = limit_reached(outcome)
    if stopped is not None:
        return stopped
    if outcome.ended is Ended.EXITED and outcome.exit_code == 0:
        return None
    if any(text in outcome.stderr for text in out_of_memory):
        return Grade(Verdict.MEMORY_LIMIT, _TEXTS[Ended.MEMORY_LIMIT])
    return Grade(Verdict.RUNTIME_ERROR, crash(outcome))


def crash(outcome: Outcome) -> str:
    """How a program ended that did not end well."""
    said = "" if outcome.signal is not None else show.last_words(outcome.stderr)
    return f"{ending(outcome)}: {said}" if said else ending(outcome)


def ending(outcome: Outcome) -> str:
    """The same without a word of what the program wrote."""
    if outcome.signal is not None:
        return f"killed by {_signal_name(outcome.signal)}"
    return "exit" if outcome.exit_code is None else f"exit status {outcome.exit_code}"


def compile_failure(outcome: Outcome) -> Grade | None:
    """The grade of a program that does not compile within its limits; None for one that does."""
    if outcome.ended is Ended.EXITED and outcome.exit_code == 0:
        return None
    return not_compiled(outcome)


def not_compiled(outcome: Outcome) -> Grade:
    """The grade of a program whose compiler said so, or was stopped."""
    stopped = limit_reached(outcome)
    reason = (
        f"the compiler {stopped.detail}" if stopped else show.complaint(outcome.stderr) or ending(outcome)
    )
    return Grade(Verdict.COMPILE_ERROR, reason)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
