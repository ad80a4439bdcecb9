"""Frames between the host and a jail's init: a kind, a JSON head, and raw bytes.

Both ends use this file. The host treats all that arrives as hostile: lengths are bounded before anything
is read, and only JSON is decoded.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

HEADER = struct.Struct(">BII")
"""Kind, length of the head, length of the body."""

HELLO = 1
"""Jail to host: init is up and will read a program."""
PROGRAM = 2
"""Host to jail: the submission, and how to confine it."""
COMPILE = 3
"""Host to jail: compile the program."""
RUN = 4
"""Host to jail: run one test."""
CHUNK = 5
"""Jail to host: more bytes of one stream of the current run."""
OUTCOME = 6
"""Jail to host: the facts of the finished run, or of compiling."""

INPUT = 7
"""Host to jail: more bytes of standard input for the current run; none is the end of it."""
COLLECT = 8
"""Host to jail: send what compiling left in the box."""
BOX = 9
"""Jail to host: what lies in the box, after its bytes in chunks; or that it is not to be had."""
PLACE = 10
"""Host to jail: put this into the box instead of compiling."""
NO_PROCESS = 11
"""Jail to host: the machine has no process for this run, of which nothing has begun; the jail ends."""

_TEXT = json.JSONEncoder(separators=(",", ":"))

MAX_HEAD_BYTES = 1 << 16
"""No head that init sends comes near this."""
MAX_CHUNK_BYTES = 1 << 20
"""Streams come in pieces of at most this."""


def encode(kind: int, head: dict[str, object], body: bytes = b"") -> bytes:
    """One frame as bytes."""
    text = _TEXT.encode(head).encode()
    return HEADER.pack(kind, len(text), len(body)) + text + body


def send(sock: socket.socket, kind: int, head: dict[str, object], body: bytes = b"") -> None:
    """Send one frame, blocking."""
    sock.sendall(encode(kind, head, body))


def receive(sock: socket.socket) -> tuple[int, dict[str, Any], bytes]:
    """Read one frame, blocking. For the jail's end: the host is trusted, so lengths are not bounded.

    Raises:
        EOFError: the other end is gone.
    """
    kind, head_size, body_size = HEADER.unpack(exactly(sock, HEADER.size))
    head = json.loads(exactly(sock, head_size))
    return kind, head, exactly(sock, body_size)


def exactly(sock: socket.socket, size: int) -> bytes:
    """Read this many bytes, blocking.

    Raises:
        EOFError: the other end is gone.
    """
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = sock.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return bytes(data)
