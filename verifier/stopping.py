"""How a service ends: asked by a signal, in good order, and by force where that takes too long.

Knows nothing of what is served.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import FrameType

ENDING_SECONDS = 60.0
"""For everything to end after the grace of work in progress: a jail that is not seen off takes 30, its
template 10 more, control groups 5."""
_DUMP_SECONDS = 5.0
"""Before the end by force, for the log to show where the process hangs."""
_DEFAULTS: dict[signal.Signals, Callable[[int, FrameType | None], None] | signal.Handlers] = {
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGINT: signal.default_int_handler,
}


def stop_signals(patience_seconds: float) -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; the second one ends the process as it would any other.

    Args:
        patience_seconds: what the process may take to end from then on. After it the log has the stack of
            each thread, and the kernel ends the process, whatever hangs in it. Templates of jails end by
            themselves when it is gone.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def first(_number: int, _frame: FrameType | None) -> None:
        for number, default in _DEFAULTS.items():
            signal.signal(number, default)
        _end_by_force_after(patience_seconds)
        loop.call_soon_threadsafe(stop.set)

    # not loop.add_signal_handler: a loop that is held up would not even begin to count
    for number in _DEFAULTS:
        signal.signal(number, first)
    return stop


def _end_by_force_after(seconds: float) -> None:
    """By the kernel's clock and hand, which need no event loop, no interpreter, and no log that somebody
    reads."""
    faulthandler.dump_traceback_later(max(seconds - _DUMP_SECONDS, 0.1))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.2))


@contextlib.asynccontextmanager
async def given_up_when(stop: asyncio.Event) -> AsyncIterator[None]:
    """What is done here is cancelled when that is set. Whoever comes after it finds that out by asking it."""
    try:
        async with asyncio.timeout(None) as patience:
            watching = asyncio.create_task(_give_up(patience, stop))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        if not stop.is_set():
            raise


async def _give_up(patience: asyncio.Timeout, stop: asyncio.Event) -> None:
    await stop.wait()
    patience.reschedule(asyncio.get_running_loop().time())
