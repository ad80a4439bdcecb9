"""A jail's two writable directories: the scratch directory, filled before a run and emptied after it, and the
box, which holds what compiling left and which candidates can only read.

Emptying never recurses and never builds long paths: a program may nest directories as deep as it likes.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from sandbox.inside.layout import SCRATCH

if TYPE_CHECKING:
    from collections.abc import Mapping


def fill(top: str, files: Mapping[str, bytes], uid: int) -> None:
    """Write files by relative path below `top`, owned by `uid` (init's own where it is -1)."""
    for path, content in files.items():
        *parents, name = path.split("/")
        directory = top
        for parent in parents:
            directory = f"{directory}/{parent}"
            if not os.path.isdir(directory):
                os.mkdir(directory, 0o755)
                _give(directory, uid)
        target = f"{directory}/{name}"
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with open(descriptor, "wb") as file:
            file.write(content)
        _give(target, uid)


def _give(path: str, uid: int) -> None:
    if uid >= 0:
        os.chown(path, uid, uid, follow_symlinks=False)


def hand_over(top: str, uid: int) -> None:
    """Let `uid` write to this directory."""
    _give(top, uid)


def take_back(top: str, uid: int) -> None:
    """Make everything below init's own and read-only for others; nothing where there is only one user.

    Raises:
        OSError: the tree is deeper than a path can be long, which no compiler makes.
    """
    if uid < 0:
        return
    for folder, _, files in os.walk(top, onerror=_raise):
        for path in (folder, *(os.path.join(folder, name) for name in files)):
            os.chown(path, 0, 0, follow_symlinks=False)
            if not os.path.islink(path):
                mode = os.stat(path).st_mode
                os.chmod(path, 0o555 if mode & stat.S_IXUSR else 0o444)


def collect(top: str, limit_bytes: int, limit_files: int) -> dict[str, tuple[bool, bytes]] | None:
    """Whether each file below `top` is a program, and what is in it, by relative path.

    None where there is more than that, or anything but files and directories.
    """
    found: dict[str, tuple[bool, bytes]] = {}
    for folder, folders, files in os.walk(top, onerror=_raise):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            facts = os.lstat(path)
            if stat.S_ISDIR(facts.st_mode):
                continue
            limit_bytes -= facts.st_size
            if not stat.S_ISREG(facts.st_mode) or limit_bytes < 0 or len(found) == limit_files:
                return None
            with open(path, "rb") as file:
                found[os.path.relpath(path, top)] = bool(facts.st_mode & stat.S_IXUSR), file.read()
    return found


def place(top: str, files: Mapping[str, tuple[bool, bytes]]) -> None:
    """Put back what was collected, as compiling left it: read-only, and init's own."""
    fill(top, {path: content for path, (_, content) in files.items()}, -1)
    for path, (is_program, _) in files.items():
        os.chmod(f"{top}/{path}", 0o555 if is_program else 0o444)


def _raise(problem: OSError) -> None:
    raise problem


def inventory(folder: str) -> dict[str, tuple[int, int]]:
    """What lies below a folder: each path with its file, and when the kernel saw that changed last.

    Raises:
        OSError: the tree is deeper than a path can be long.
    """
    found = {}
    for top, folders, files in os.walk(folder, onerror=_raise):
        for path in (os.path.join(top, name) for name in (*folders, *files)):
            facts = os.lstat(path)
            found[path] = facts.st_ino, facts.st_ctime_ns
    return found


def wipe(folder: str = SCRATCH) -> None:
    """Remove everything. Directories inside a directory are first moved to the top, then removed in turn."""
    if not os.listdir(folder):  # as most runs leave it
        return
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while names := os.listdir(top):
            for name in names:
                _remove(top, name)
    finally:
        os.close(top)


def _remove(top: int, name: str) -> None:
    if not stat.S_ISDIR(os.lstat(name, dir_fd=top).st_mode):
        os.unlink(name, dir_fd=top)
        return
    os.chmod(name, 0o700, dir_fd=top)
    directory = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for inner in os.listdir(directory):
            _empty_one(top, directory, inner)
    finally:
        os.close(directory)
    os.rmdir(name, dir_fd=top)


def _empty_one(top: int, directory: int, name: str) -> None:
    if stat.S_ISDIR(os.lstat(name, dir_fd=directory).st_mode):
        os.chmod(name, 0o700, dir_fd=directory)  # moving a directory writes to its ".."
        os.rename(name, f".moved-{os.urandom(8).hex()}", src_dir_fd=directory, dst_dir_fd=top)
    else:
        os.unlink(name, dir_fd=directory)
