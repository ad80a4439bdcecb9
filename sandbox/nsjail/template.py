"""A long-lived nsjail holding a warm template, from the host's side: asks it for jails, and replaces it.

The control socket carries small messages and one descriptor each: the jail's own socket. The host waits for
the template's word that a jail is gone before its slot is used again, and gives up on a template that does
not answer in time.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.connection import Connection, connect
from sandbox.errors import JailDied, JailTaken, SandboxError
from sandbox.nsjail.launch import Process, spawn, uninterrupted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_UP_SECONDS = 120.0
"""For a template to import and warm up on a loaded machine; seconds at most on an idle one."""
_STARTS = 3
"""Tries to start a template before its failure is believed."""
_END_SECONDS = 30.0
"""For a killed jail to be gone; 54 ms against a fork bomb on an idle machine."""


@dataclass(frozen=True, slots=True)
class TemplateStart:
    """How to start a template of one runtime."""

    config: Path
    argv: tuple[str, ...]
    options: str
    """JSON for `sandbox.inside.template`."""


_ENDED, _KILLED, _FAILED = "ended", "killed", "failed"
"""What the template says of a jail: it is gone; by SIGKILL, which nothing in it can send; it never was."""


class Template:
    """A running template."""

    def __init__(self, process: Process, control: socket.socket) -> None:
        """Use `TemplateKeeper`."""
        self._process = process
        self._control = control
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._numbers = itertools.count()
        self._endings: dict[int, asyncio.Future[str]] = {}
        self._stopped: asyncio.Future[str] | None = None
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.served = False
        asyncio.get_running_loop().add_reader(control, self._listen)

    @property
    def alive(self) -> bool:
        """Whether it can be asked for jails."""
        return not self.gone.done()

    async def wait_ready(self) -> None:
        """Until it can fork jails."""
        async with asyncio.timeout(_UP_SECONDS):
            await self._ready

    @contextlib.asynccontextmanager
    async def jail(self, slot: int, entrances: tuple[int, ...]) -> AsyncIterator[Connection]:
        """A jail in this slot, and in the groups behind these descriptors; gone with all its content at exit.

        Raises:
            JailTaken: the template is gone or refuses, or somebody has killed the jail.
            JailDied: the jail ended, and nobody outside is known to have ended it.
        """
        self.served = True
        ours, theirs = socket.socketpair()
        number = next(self._numbers)
        ended = self._endings[number] = asyncio.get_running_loop().create_future()
        with theirs:
            try:
                self._ask({"spawn": number, "slot": slot}, [theirs.fileno(), *entrances])
            except JailTaken:
                ours.close()
                del self._endings[number]
                raise
        hung_up = False
        try:
            connection = await connect(ours)
            try:
                yield connection
            finally:
                hung_up = connection.hung_up
                await uninterrupted(connection.close())
        except JailDied as problem:
            if hung_up and await uninterrupted(_was_taken(ended)):
                raise JailTaken(f"somebody outside ended a jail ({ended.result()})") from problem
            raise
        finally:
            await uninterrupted(self._end(number, ended))

    async def _end(self, number: int, ended: asyncio.Future[str]) -> None:
        """See the jail off. A template that cannot say so is given up, and all its jails with it."""
        try:
            self._ask({"kill": number}, [])
            async with asyncio.timeout(_END_SECONDS):
                await ended
        except (JailTaken, TimeoutError):
            await self.stop()
        finally:
            del self._endings[number]

    def _ask(self, message: dict[str, int], descriptors: list[int]) -> None:
        if not self.alive:
            raise JailTaken("the template is gone")
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)
        except OSError as problem:
            if self.alive and isinstance(problem, ConnectionError):
                self._mourn()  # known here first: whoever tries again must not be sent to it again
            raise JailTaken("the template does not listen") from problem

    def _listen(self) -> None:
        try:
            data = self._control.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._mourn()
            return
        message = json.loads(data)
        if "ready" in message:
            self._ready.set_result(None)
        for word in (_ENDED, _KILLED, _FAILED):
            future = self._endings.get(message.get(word, -1))
            if future is not None and not future.done():
                future.set_result(word)

    def _mourn(self) -> None:
        self.gone.set_result(None)
        asyncio.get_running_loop().remove_reader(self._control)
        if not self._ready.done():
            self._ready.set_exception(JailDied("the template ended while starting"))
        for future in self._endings.values():
            if not future.done():
                future.set_result("template ended")

    async def stop(self) -> str:
        """End it and every jail of it; the tail of what it said on standard error."""
        if self._stopped is None:
            self._stopped = asyncio.ensure_future(self._stop())
        return await asyncio.shield(self._stopped)

    async def _stop(self) -> str:
        if self.alive:
            self._mourn()
        self._control.close()
        return await self._process.end()


async def _was_taken(ended: asyncio.Future[str]) -> bool:
    """Whether a jail that has hung up did not end by itself. Nobody has asked the template to kill it yet."""
    try:
        async with asyncio.timeout(_END_SECONDS):
            return await asyncio.shield(ended) != _ENDED
    except TimeoutError:
        return False


class TemplateKeeper:
    """Keeps one template of a runtime. When it is gone another one starts at once, and all wait for that one.

    A template that has served nobody is replaced only when somebody asks: one that always ends right after
    its start would otherwise be started for ever.
    """

    def __init__(self, start: TemplateStart) -> None:
        """Starts nothing yet."""
        self._start = start
        self._coming: asyncio.Task[Template] | None = None
        self._stopped = False

    async def template(self) -> Template:
        """The running template.

        Raises:
            SandboxError: none could be started.
        """
        coming = self._coming
        if coming is None or _is_over(coming):
            coming = self._begin()
        return await asyncio.shield(coming)  # others wait for it, too

    async def stop(self) -> None:
        """End the template, if there is one, for good."""
        self._stopped = True
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait((self._coming,))
            if (template := _result(self._coming)) is not None:
                await template.stop()

    def _begin(self) -> asyncio.Task[Template]:
        if self._stopped:
            raise SandboxError("no template is started any more: the sandbox has stopped")
        before = None if self._coming is None else _result(self._coming)
        self._coming = asyncio.create_task(self._next(before))
        self._coming.add_done_callback(_result)  # nobody may be waiting for a failure
        return self._coming

    async def _next(self, before: Template | None) -> Template:
        if before is not None:
            await uninterrupted(before.stop())  # its jails have the same users
        template = await _start_persistently(self._start)
        template.gone.add_done_callback(lambda _: self._replace(template))
        return template

    def _replace(self, template: Template) -> None:
        is_last = self._coming is not None and _result(self._coming) is template  # else somebody was faster
        if is_last and template.served and not self._stopped:
            self._begin()


def _result(coming: asyncio.Task[Template]) -> Template | None:
    """The template that has come of it, if one has."""
    has_failed = not coming.done() or coming.cancelled() or coming.exception() is not None
    return None if has_failed else coming.result()


def _is_over(coming: asyncio.Task[Template]) -> bool:
    template = _result(coming)
    return coming.done() and (template is None or not template.alive)


async def _start_persistently(start: TemplateStart) -> Template:
    """Something may kill a template while it warms up; whatever is wrong with all of them stays wrong."""
    for _ in range(_STARTS - 1):
        with contextlib.suppress(SandboxError):
            return await _start(start)
    return await _start(start)


async def _start(start: TemplateStart) -> Template:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with theirs:
        fd = theirs.fileno()
        process = await spawn(start.config, (fd,), (*start.argv, str(fd), start.options))
    template = Template(process, ours)
    try:
        await template.wait_ready()
    except (JailDied, TimeoutError) as problem:
        failure = SandboxError("no template of jails could be started")
        failure.add_note(await uninterrupted(template.stop()))
        raise failure from problem
    except asyncio.CancelledError:
        await uninterrupted(template.stop())
        raise
    return template
