"""A wire between client and service that counts what goes through it, and can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_PIECE_BYTES = 1 << 16


@dataclass
class Wire:
    """All connections through one port."""

    target: str
    """HOST:PORT of the service."""
    sent_bytes: int = 0
    """Towards the service."""
    ends: set[asyncio.StreamWriter] = field(default_factory=set)
    silent: bool = False
    """Whatever comes is swallowed, and nobody is told."""

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until it ends, either way."""
        host, _, port = self.target.rpartition(":")
        with contextlib.suppress(OSError):
            back, forth = await asyncio.open_connection(host, int(port))
            mine = {writer, forth}
            self.ends |= mine
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._carry(reader, forth, counts=1))
                    group.create_task(self._carry(back, writer, counts=0))
            finally:
                self.ends -= mine
        writer.close()

    def cut(self) -> None:
        """Tear every connection that is there now, as a lost machine does."""
        for end in self.ends:
            end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, counts: int) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(_PIECE_BYTES):
                if self.silent:
                    continue
                self.sent_bytes += counts * len(data)
                sink.write(data)
                await sink.drain()
        sink.close()


@contextlib.asynccontextmanager
async def wire(target: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to a service, and its own address."""
    between = Wire(target)
    server = await asyncio.start_server(between.connect, "127.0.0.1", 0)
    try:
        yield between, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        between.cut()
