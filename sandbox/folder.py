"""The folder that jails are shown parts of: public, our own, and cleaned up even after a SIGKILL.

Each is locked for as long as its process lives; whoever starts next removes those that nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "verifier-jails-"
_LOCK = "lock"


@contextlib.contextmanager
def jail_folder() -> Iterator[Path]:
    """A folder of this process; removed at exit, or by a later process."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"new-{_PREFIX}"))
    folder.chmod(0o755)
    lock = _lock(folder)
    # only now may others find it: an unlocked one would be taken for abandoned
    folder = folder.rename(folder.with_name(folder.name.removeprefix("new-")))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _lock(folder: Path) -> int:
    """Hold the folder.

    Raises:
        OSError: somebody else does, or it is not ours.
    """
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = _lock(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
