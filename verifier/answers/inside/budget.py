"""Processor time for one pair: a soft limit that raises, and a hard one with which the kernel kills.

Time is the process's own, never the clock: a loaded machine must not change a verdict. The soft limit
raises from a signal handler, again and again, because libraries swallow exceptions with bare `except:`; it
needs the main thread.
"""

from __future__ import annotations

import resource
import signal
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SOFT_SECONDS = 1.0
"""Twenty times the 99th percentile of real pairs, which is 53 ms."""
HARD_SECONDS = 3
"""For code that never returns to the interpreter; whole seconds, as the kernel counts."""
AGAIN_SECONDS = 0.05
"""Until the next attempt to get an exception through."""


class OutOfTime(BaseException):
    """The soft limit; no `Exception`, so that ordinary handlers let it pass."""


def bounded(call: Callable[[], T]) -> T:
    """The result of a call that gets only so much processor time.

    Raises:
        OutOfTime: it took more.
    """
    expiring = [True]

    def expire(_number: int, _frame: object) -> None:
        if expiring:
            raise OutOfTime

    _set_hard_limit()
    signal.signal(signal.SIGPROF, expire)
    signal.setitimer(signal.ITIMER_PROF, SOFT_SECONDS, AGAIN_SECONDS)
    try:
        return call()
    finally:
        expiring.clear()
        signal.setitimer(signal.ITIMER_PROF, 0)


def _set_hard_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(time.process_time()) + 1 + HARD_SECONDS
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
