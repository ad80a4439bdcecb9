"""Standard input that the host sends piece by piece, while the run that reads it goes on."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

from sandbox.inside import frames

if TYPE_CHECKING:
    import socket


class Feed:
    """A pipe into a run. Init never waits for the run to read: what does not fit is kept for later."""

    def __init__(self, head: bytes) -> None:
        """`head` is there from the start."""
        self.read_fd, self.write_fd = os.pipe()
        os.set_blocking(self.write_fd, False)
        os.fchmod(self.read_fd, 0o444)  # candidates are other users, and may open /dev/stdin
        self._pending = bytearray(head)
        self._ended = False
        self._watched = False

    def take(self, sock: socket.socket) -> None:
        """Read a frame of the host: more bytes or, where it has none, the end."""
        kind, _, body = frames.receive(sock)
        if kind != frames.INPUT:
            raise ValueError(f"expected input, got frame {kind}")
        self._pending += body
        self._ended = self._ended or not body

    def push(self, poller: select.poll) -> None:
        """Hand on what the pipe takes, and have `poller` say when it takes more."""
        try:
            while self._pending and self.write_fd >= 0:
                del self._pending[: os.write(self.write_fd, self._pending)]
        except BlockingIOError:
            pass
        except BrokenPipeError:  # nobody will read it any more
            self._pending.clear()
        self._watch(poller)
        if self._ended and not self._pending:
            self.close()

    def _watch(self, poller: select.poll) -> None:
        wanted = bool(self._pending)
        if wanted and not self._watched:
            poller.register(self.write_fd, select.POLLOUT)
        elif self._watched and not wanted:
            poller.unregister(self.write_fd)
        self._watched = wanted

    def close(self) -> None:
        """The reader meets the end of its input."""
        if self.write_fd >= 0:
            os.close(self.write_fd)
            self.write_fd = -1
