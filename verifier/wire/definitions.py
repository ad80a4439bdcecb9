"""Tasks that a stream defines in pieces, so that each crosses the wire once and may exceed a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.errors import TooLarge, VerifierError
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.items import assign_keyed
from verifier.wire.place import key_path
from verifier.wire.read import read

if TYPE_CHECKING:
    from verifier.dispatch import Assigned, Dispatch
    from verifier.telemetry import Call
    from verifier.wire.items import Keyed

_PIECE_BYTES = 256
"""What a piece costs beside its own bytes, about: an empty one is not free."""


class Definitions:
    """The tasks of one stream, by key. They go when the stream goes."""

    def __init__(self, dispatch: Dispatch, most_bytes: int, call: Call) -> None:
        """Hold up to `most_bytes` of serialised tasks, finished or not; what is replaced counts no longer."""
        self._dispatch = dispatch
        self._most_bytes = most_bytes
        self._call = call
        self._bytes = 0
        self._pieces: dict[str, list[bytes]] = {}
        self._tasks: dict[str, Assigned | VerifierError] = {}
        self._task_bytes: dict[str, int] = {}

    def add(self, piece: pb.DefineTask) -> None:
        """Take the next piece of a definition; with the last one, read and check the task.

        A task that cannot be read or judged is remembered as such, for the items that name it.

        Raises:
            TooLarge: more is defined than a stream may hold.
        """
        self._bytes += _cost(piece.chunk)
        if self._bytes > self._most_bytes:
            raise TooLarge(f"the tasks of a stream may have {self._most_bytes} bytes together here")
        self._pieces.setdefault(piece.key, []).append(piece.chunk)
        if piece.last:
            self._finish(piece.key)

    def named_by(self, item: pb.Item) -> Keyed:
        """What the key of an item names now: a later definition is for later items."""
        found = self._tasks.get(item.task_key)
        return {} if found is None else {item.task_key: found}

    def _finish(self, key: str) -> None:
        pieces = self._pieces.pop(key)
        self._bytes -= self._task_bytes.get(key, 0)
        self._task_bytes[key] = sum(map(_cost, pieces))
        self._tasks[key] = self._assigned(key, b"".join(pieces))

    def _assigned(self, key: str, serialised: bytes) -> Assigned | VerifierError:
        try:
            message = read(pb.Task, serialised, key_path(key))
        except VerifierError as error:
            return error
        return assign_keyed(key, message, self._dispatch, self._call)


def _cost(chunk: bytes) -> int:
    return _PIECE_BYTES + len(chunk)
