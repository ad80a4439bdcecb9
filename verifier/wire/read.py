"""From bytes to messages.

Done by the service and not by gRPC, which answers bytes it cannot read with UNKNOWN and the text of a Python
exception.
"""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from verifier.errors import InvalidTask

M = TypeVar("M", bound=Message)


def read(kind: type[M], raw: bytes, path: str) -> M:
    """Read a message.

    Args:
        kind: its type.
        raw: its bytes.
        path: what to call it in an error.

    Raises:
        InvalidTask: the bytes are not such a message.
    """
    try:
        return kind.FromString(raw)
    except DecodeError:
        raise InvalidTask(path, f"these bytes are not a serialised {kind.DESCRIPTOR.name}") from None
