"""Exit codes, and what is printed with them: a sentence for the user, never a traceback.

0 all judged, 1 some unjudged, 2 bad usage or bad input, 3 service unreachable, 128 + N after signal N.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import typer

from rollout.errors import InputError, NoVerifierHere, RolloutError, SamplerError, ServiceError, VerifierDied

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping
    from typing import Any, TypeVar

    Result = TypeVar("Result")

ALL_JUDGED = 0
SOME_UNJUDGED = 1
FINDINGS = 1
"""Of `rollout lint`."""
BAD_INPUT = 2
UNREACHABLE = 3

EXIT_CODES: Mapping[type[RolloutError], int] = {
    InputError: BAD_INPUT,
    NoVerifierHere: BAD_INPUT,
    VerifierDied: UNREACHABLE,
    ServiceError: UNREACHABLE,
    SamplerError: UNREACHABLE,
}
"""By class; a subclass has the code of its base."""


@contextlib.contextmanager
def exits() -> Iterator[None]:
    """Turn what the user has to know about into a message on standard error and an exit code."""
    try:
        yield
    except RolloutError as error:
        _leave(str(error), exit_code(error))
    except OSError as error:  # a full disk, a closed pipe: of the output, as inputs are read with care
        _leave(f"cannot go on: {error}", BAD_INPUT)
    except KeyboardInterrupt:
        _leave("interrupted", 128 + signal.SIGINT)
    except asyncio.CancelledError:
        _leave("stopped", 128 + signal.SIGTERM)


def exit_code(error: RolloutError) -> int:
    """The code of this error, by the nearest class in the table."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, or until SIGINT or SIGTERM; what is under way is cleaned up either way."""
    return asyncio.run(_until_stopped(work))


async def _until_stopped(work: Coroutine[Any, Any, Result]) -> Result:
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _leave(message: str, code: int) -> None:
    typer.echo(f"rollout: {message}", err=True)
    raise typer.Exit(code)
