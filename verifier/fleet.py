"""Several servers behind one port: started together, watched, replaced when they die, stopped together.

Each is a process of its own, started by exec, since gRPC does not survive a fork. The kernel spreads
connections over them (SO_REUSEPORT), so a client that wants more than one of them opens more than one
connection. This process only watches: it speaks no gRPC and judges nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import structlog

from verifier import telemetry
from verifier.ports import CannotStart
from verifier.settings import PREFIX
from verifier.stopping import ENDING_SECONDS, given_up_when, stop_signals
from verifier.verifiers.table import RUNTIMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from verifier.settings import Settings

SERVE = (sys.executable, "-m", "verifier", "serve")
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 5.0
"""Before a server that died is replaced: at once the first time, and not in a tight loop."""
_SETTLED_SECONDS = 30.0
"""A server that lived so long did not die of what killed its predecessor."""
_KILL_AFTER_SECONDS = 30.0
"""What a server may take to end, beyond the grace that its work gets."""


async def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Run `settings.processes` servers until SIGTERM or SIGINT, then let their work in progress finish.

    Args:
        settings: everything; slots and queue are shared out.
        announce: told the address once every server is ready.

    Raises:
        CannotStart: the address is taken, or a server did not start; its own log says why.
    """
    telemetry.configure(settings.log_format, settings.log_level)
    patience = settings.stop_grace_seconds + _KILL_AFTER_SECONDS
    stop = stop_signals(patience + ENDING_SECONDS)
    with _reserved(settings.listen) as address:
        servers = [Server(share(settings, address, number)) for number in range(settings.processes)]
        watching: list[asyncio.Task[None]] = []
        try:
            async with given_up_when(stop):
                await asyncio.gather(*(server.start() for server in servers))
                watching = [asyncio.create_task(server.keep()) for server in servers]
                announce(address)
            await stop.wait()
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            await asyncio.gather(*(server.stop(patience) for server in servers))


def share(settings: Settings, address: str, number: int) -> dict[str, str]:
    """The environment that makes a server one of several: its part of slots, queue and user ids."""
    slots = max(1, _part(settings.slots, settings.processes, number))
    users = 1 + 2 * -(-settings.slots // settings.processes) * len(RUNTIMES)  # a pair for each slot
    own: Mapping[str, object] = {
        "LISTEN": address,
        "PROCESSES": 1,
        "SHARE_PORT": "true",
        "SLOTS": slots,
        "QUEUE_ITEMS": max(1, _part(settings.queue_items, settings.processes, number)),
        "UID_BASE": settings.uid_base + number * users,
        **{name: _next_port(own, number) for name, own in _own_addresses(settings).items()},
    }
    return {PREFIX + name: str(value) for name, value in own.items()}


def _own_addresses(settings: Settings) -> dict[str, str]:
    """Addresses that cannot be shared, since each process answers for itself."""
    addresses = {"METRICS_LISTEN": settings.metrics_listen}
    return {name: address for name, address in addresses.items() if address is not None}


def _next_port(address: str, number: int) -> str:
    host, _, port = address.rpartition(":")
    return f"{host}:{int(port) + number}" if int(port) else address


def _part(whole: int, parts: int, number: int) -> int:
    """The number-th of as equal parts as there can be."""
    return whole // parts + (number < whole % parts)


class Server:
    """One process, and its replacement when it dies."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Nothing runs yet."""
        self._environment = {**os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start a process and wait until it is ready.

        Raises:
            CannotStart: it ended before.
        """
        self._process = await asyncio.create_subprocess_exec(
            *SERVE,
            f"--with-parent={os.getpid()}",
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C comes here alone, and is passed on once
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        if not await self._process.stdout.readline():
            code = await self._process.wait()
            raise CannotStart(f"a server process ended with status {code} before it was ready")

    async def keep(self) -> None:
        """Replace the process whenever it ends; returns never."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            status = await self._ended()
            if time.monotonic() - began > _SETTLED_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            structlog.get_logger().error("server process died", status=status, replaced_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            with contextlib.suppress(CannotStart):  # the next round says so, and tries again
                await self.start()

    async def stop(self, patience_seconds: float) -> None:
        """End it politely, and kill it when it takes too long."""
        if self._process is None or self._process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), patience_seconds)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    async def _ended(self) -> int | None:
        return None if self._process is None else await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None:
                self._process.send_signal(number)


@contextlib.contextmanager
def _reserved(listen: str) -> Iterator[str]:
    """Hold a port that is free, so that a server which dies does not lose it to somebody else.

    Raises:
        CannotStart: the address is taken, or not ours.
    """
    host, _, port = listen.rpartition(":")
    try:
        held = _held(host.strip("[]"), int(port))
    except OSError as error:
        raise CannotStart(f"cannot listen on {listen}: {error.strerror}") from None
    with held:
        yield f"{host}:{held.getsockname()[1]}"


def _held(host: str, port: int) -> socket.socket:
    """A bound socket that shares its port. It does not listen, and so it gets no connections."""
    family, kind, protocol, _, wanted = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(
        family, kind, protocol
    ) as alone:  # servers of somebody else must not share it with ours
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        alone.bind(wanted)
        address = alone.getsockname()
    held = socket.socket(family, kind, protocol)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(address)
    return held
