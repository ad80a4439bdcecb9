"""Files that are replaced while the service runs: certificates, keys, tokens.

Read again when they have changed. A replacement that cannot be read changes nothing: what was good stays in
force, and the log says so once, since a service that locks everybody out helps nobody.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

LOOK_SECONDS = 1.0
"""How long a replacement may go unnoticed: looking costs a system call for each file."""


class Watched(Generic[T]):
    """What files hold now."""

    def __init__(
        self,
        paths: tuple[Path, ...],
        read: Callable[[tuple[bytes, ...]], T],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read them.

        Raises:
            OSError: one cannot be opened.
            Exception: whatever `read` raises for what they hold.
        """
        self._paths = paths
        self._read = read
        self._clock = clock
        self._marks = self._marks_now()
        self._looked_seconds = clock()
        self._value = self._fresh()

    def value(self) -> T:
        """What the files hold, as it was a second ago at most."""
        if self._clock() - self._looked_seconds >= LOOK_SECONDS:
            self._look()
        return self._value

    def _look(self) -> None:
        self._looked_seconds = self._clock()
        try:
            marks = self._marks_now()
            if marks == self._marks:
                return
            self._marks = marks
            self._value = self._fresh()
        except Exception as error:  # noqa: BLE001 - any fault of a replacement means: keep what was good
            structlog.get_logger().error(
                "replacement not taken", files=[str(path) for path in self._paths], error=type(error).__name__
            )
            return
        structlog.get_logger().info("replacement taken", files=[str(path) for path in self._paths])

    def _fresh(self) -> T:
        return self._read(tuple(path.read_bytes() for path in self._paths))

    def _marks_now(self) -> tuple[tuple[int, int, int], ...]:
        """Kubernetes replaces a mounted secret by turning a symbolic link: another inode, perhaps as old."""
        found = map(os.stat, self._paths)
        return tuple((status.st_mtime_ns, status.st_ino, status.st_size) for status in found)
