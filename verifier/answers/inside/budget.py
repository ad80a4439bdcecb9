"""Processor time for one pair: a soft limit that raises, and a hard one with which the kernel kills.

Time is the process's own, never the clock: a loaded machine must not change a verdict. The soft limit
raises from a signal handler, again and again, because libraries swallow exceptions with bare `except:`; it
needs the main thread.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How much processor time a pair gets."""

    soft_seconds: float
    hard_seconds: float
    """For code that never returns to the interpreter."""


BRIEF = Patience(0.03, 0.05)
"""Most pairs that need algebra take a hundredth of a second."""
QUICK = Patience(0.2, 0.3)
"""Of hard but honest pairs, one in fifty takes longer."""
FULL = Patience(1.0, 1.5)
"""Together with the shorter tries, a pair never costs two seconds."""
RUN_SECONDS = 0.25
"""After which a worker begins no other pair: somebody else may be waiting for it."""
READY_SECONDS = 0.012
"""Most pairs are done before. A worker that takes longer steps back for whoever answers everybody."""
NICENESS = 10
"""Of such a worker, which leaves it a tenth of a core beside a busy neighbour; 19 would starve it there."""
BACKSTOP_SECONDS = 2
"""Added to the time used so far, for the kernel's own limit, which counts whole seconds."""
AGAIN_SECONDS = 0.05
"""Until the next attempt to get an exception through."""


class OutOfTime(BaseException):
    """The soft limit; no `Exception`, so that ordinary handlers let it pass."""


def bounded(call: Callable[[], T], patience: Patience = FULL) -> T:
    """The result of a call that gets only so much processor time.

    Raises:
        OutOfTime: it took more.
    """
    expiring = [True]

    def expire(_number: int, _frame: object) -> None:
        if expiring:
            raise OutOfTime

    def step_back(_number: int, _frame: object) -> None:
        if expiring:
            signal.signal(signal.SIGPROF, expire)
            signal.setitimer(signal.ITIMER_PROF, patience.soft_seconds - READY_SECONDS, AGAIN_SECONDS)
            _step_back()

    _set_backstop()
    signal.signal(signal.SIGPROF, step_back)
    signal.setitimer(signal.ITIMER_PROF, READY_SECONDS)
    signal.setitimer(signal.ITIMER_VIRTUAL, patience.hard_seconds)  # nobody handles its signal: it kills
    try:
        return call()
    finally:
        expiring.clear()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _step_back() -> None:
    """Never forward, which a process that was started under `nice` may not do."""
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(niceness, NICENESS))


def _set_backstop() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(time.process_time()) + BACKSTOP_SECONDS
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
