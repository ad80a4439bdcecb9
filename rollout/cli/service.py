"""A service to ask: the one that the user names, or a private one for the time of a command."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from rollout.access import access_from
from rollout.cli.options import CONNECT_SECONDS, FIRST_ANSWER_SECONDS
from rollout.client import Client
from rollout.embedded import PATIENT, embedded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from typing import Any


@contextlib.asynccontextmanager
async def asking(target: str | None) -> AsyncIterator[Client]:
    """A client of a service that answers.

    Raises:
        ServiceError: the named one does not.
        NoVerifierHere: none was named, and none is installed.
    """
    if target is None:
        async with embedded() as private, Client(private.target, policy=PATIENT) as client:
            yield client
    else:
        async with Client(target, access=access_from(os.environ)) as client:
            await client.introduce(connect_seconds=CONNECT_SECONDS, answer_seconds=FIRST_ANSWER_SECONDS)
            yield client


async def working_with(target: str | None, work: Callable[[Client], Coroutine[Any, Any, None]]) -> None:
    """Do this with a service; a private one is started again while it lasts.

    Raises:
        NoVerifierHere: none was named, and none is installed.
        VerifierDied: the private one ended too often.
    """
    if target is not None:
        async with Client(target, access=access_from(os.environ)) as client:
            await work(client)
    else:
        async with embedded() as private, Client(private.target, policy=PATIENT) as client:
            await private.serve(work(client))
