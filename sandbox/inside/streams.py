"""The pipes of a run: drained all the time, bounded, and passed on to the host in pieces."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

from sandbox.inside import frames

if TYPE_CHECKING:
    import socket

STDERR_KEPT_BYTES = 64 << 10
"""The head of standard error that is kept; the rest is read and dropped."""
_PASSED_ON = frozenset({"stdout", "report"})
"""Streams that may be large and are the host's."""
PIECE_BYTES = 256 << 10
"""Read at once, and held of a stream before it is passed on."""
_F_SETPIPE_SZ = 1031
_PIPE_BYTES = 1 << 20
"""Size of a pipe's buffer for programs that write much: fewer turns."""
_DEFAULT_PIPE_BYTES = 64 << 10


class Stream:
    """One pipe, seen from init."""

    def __init__(self, name: str, read_fd: int, write_fd: int, limit_bytes: int) -> None:
        """Empty, and open."""
        self.name = name
        self.read_fd = read_fd
        self.write_fd = write_fd
        self.limit_bytes = limit_bytes
        self.total_bytes = 0
        self.held = bytearray()
        self.open = True

    @property
    def over_limit(self) -> bool:
        """Whether more was written than allowed."""
        return self.total_bytes > self.limit_bytes


def make(name: str, limit_bytes: int) -> Stream:
    """A new pipe."""
    read_fd, write_fd = os.pipe()
    os.set_blocking(read_fd, False)
    os.fchmod(write_fd, 0o222)  # candidates are other users, and may open /dev/stdout, but not read there
    return Stream(name, read_fd, write_fd, limit_bytes)


class Relay:
    """Reads the pipes of a run, and sends what does not fit into its result to the host beforehand."""

    def __init__(self, sock: socket.socket, streams: list[Stream], piece_bytes: int = PIECE_BYTES) -> None:
        """Nothing is read yet. `piece_bytes`: how much of a stream is held before it is passed on."""
        self._sock = sock
        self._piece_bytes = piece_bytes
        self.streams = {stream.name: stream for stream in streams}
        self.stalled_seconds = 0.0
        """Time spent waiting for the host to take bytes: not the candidate's."""

    def close_write_ends(self) -> None:
        """Leave the writing to the children."""
        for stream in self.streams.values():
            os.close(stream.write_fd)

    def drain(self, stream: Stream) -> None:
        """Read once what is there."""
        try:
            data = os.read(stream.read_fd, PIECE_BYTES)
        except BlockingIOError:
            return
        if not data:
            stream.open = False
            return
        if len(data) >= _DEFAULT_PIPE_BYTES and not stream.total_bytes:
            with contextlib.suppress(OSError):  # refused over the user's quota
                fcntl.fcntl(stream.read_fd, _F_SETPIPE_SZ, _PIPE_BYTES)
        stream.total_bytes += len(data)
        self._hold(stream, data)

    def drain_to_end(self) -> None:
        """Read all pipes to their ends, once every writer is dead."""
        for stream in self.streams.values():
            while stream.open and not stream.over_limit:
                before = stream.total_bytes
                self.drain(stream)
                if stream.open and stream.total_bytes == before:
                    break
            os.close(stream.read_fd)

    def _hold(self, stream: Stream, data: bytes) -> None:
        if stream.name == "stderr":
            stream.held += data[: max(0, STDERR_KEPT_BYTES - len(stream.held))]
            return
        excess = max(0, stream.total_bytes - stream.limit_bytes)
        stream.held += data[: len(data) - min(excess, len(data))]
        if stream.name in _PASSED_ON and len(stream.held) >= self._piece_bytes:
            self._pass_on(stream)

    def _pass_on(self, stream: Stream) -> None:
        began = time.monotonic()
        frames.send(self._sock, frames.CHUNK, {"stream": stream.name}, bytes(stream.held))
        self.stalled_seconds += time.monotonic() - began
        stream.held.clear()
