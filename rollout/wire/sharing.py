"""Tasks shared by content: thousands of responses of a step answer a few hundred tasks, and tests can be
megabytes, so each distinct task crosses the wire once.

Two tasks are the same when their deterministic serialisations are. Nobody has to ask for it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES = 1 << 20
"""Size of a piece of a task: far below any message limit, far above the cost of a message."""

OVERHEAD_BYTES = 1024
"""What an item or a definition is taken to cost beside its content, where sizes are bounded."""


class SharedTask:
    """One distinct task, in wire form. Compared by identity: `TaskPool` makes one for each content."""

    __slots__ = ("__weakref__", "key", "serialised")

    def __init__(self, key: str, serialised: bytes) -> None:
        """Take the task's key, a digest of its content, and its bytes."""
        self.key = key
        self.serialised = serialised

    @property
    def size_bytes(self) -> int:
        """What defining it costs."""
        return len(self.serialised) + OVERHEAD_BYTES

    def definition(self) -> Iterator[pb.VerifyStreamRequest]:
        """The messages that define it on a stream."""
        for start in range(0, max(1, len(self.serialised)), CHUNK_BYTES):
            end = start + CHUNK_BYTES
            piece = pb.DefineTask(
                key=self.key, chunk=self.serialised[start:end], last=end >= len(self.serialised)
            )
            yield pb.VerifyStreamRequest(define=piece)


class TaskPool:
    """The distinct tasks that somebody still holds."""

    def __init__(self) -> None:
        """Start empty."""
        self._tasks: WeakValueDictionary[str, SharedTask] = WeakValueDictionary()

    def share(self, task: pb.Task) -> SharedTask:
        """The one shared form of this task."""
        serialised = task.SerializeToString(deterministic=True)
        key = hashlib.blake2b(serialised, digest_size=16).hexdigest()
        shared = self._tasks.get(key)
        if shared is None:
            shared = self._tasks[key] = SharedTask(key, serialised)
        return shared
