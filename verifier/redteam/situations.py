"""Runs a command in another privilege situation than one's own, as far as one's own allows.

    python -m verifier.redteam.situations user COMMAND...

Becomes the command: nothing stays between it and who started it.
"""

from __future__ import annotations

import enum
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sandbox.inside import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REFUSED_STATUS = 3
"""Exit status where the situation cannot be brought about; the reason is on standard error."""
_USER_ID = 51_234
"""Of the ordinary user: nobody's, on any machine we have seen."""
_MAPPED_IDS = 65_536
"""As many as containers get."""
_MS_BIND = 4096


class Situation(enum.Enum):
    """What the service may do on its machine."""

    HERE = "here"
    """Whatever the caller may."""
    ROOT = "root"
    """Everything."""
    USER = "user"
    """What any user may: no capabilities, one user id."""
    NESTED = "nested"
    """As root of a user namespace, which means little outside it: a container in a user namespace."""


def possible() -> tuple[Situation, ...]:
    """Those that this process can bring about, apart from `HERE`."""
    if os.geteuid() == 0:
        return (Situation.ROOT, Situation.USER, Situation.NESTED)
    return (Situation.USER, Situation.NESTED)


def command(situation: Situation, argv: Sequence[str]) -> tuple[str, ...]:
    """The command line that runs another one in a situation."""
    if situation is Situation.HERE:
        return tuple(argv)
    return (sys.executable, "-m", __name__, situation.value, *argv)


def enter(situation: Situation) -> None:
    """Change the situation of this process.

    Raises:
        OSError: the kernel refuses.
        PermissionError: this process cannot bring it about.
    """
    if situation is Situation.HERE:
        return
    if situation not in possible():
        raise PermissionError(f"only root can run something as {situation.value}")
    if situation is Situation.USER and os.geteuid() == 0:
        _become_ordinary()
    if situation is Situation.NESTED:
        _enter_user_namespace()


def _become_ordinary() -> None:
    """Drop everything, but keep sight of our own code: it may live in a private home."""
    _show(path for path in (Path(sys.base_prefix), Path(sys.prefix), *_own_code()) if path.exists())
    os.setgroups([])
    os.setresgid(_USER_ID, _USER_ID, _USER_ID)
    os.setresuid(_USER_ID, _USER_ID, _USER_ID)
    os.environ["HOME"] = "/nonexistent"


def _own_code() -> Iterable[Path]:
    return (Path(__file__).parents[2], *(Path(entry) for entry in sys.path if entry))


def _show(paths: Iterable[Path]) -> None:
    """In a mount namespace of this process: folders closed to others hold nothing but these paths."""
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    hidden = {path.resolve(): wall for path in paths if (wall := _first_wall(path.resolve()))}
    held = {path: os.open(path, os.O_PATH) for path in hidden}
    for wall in {*hidden.values()}:
        kernel.mount("none", str(wall), "tmpfs", 0, "mode=755")
    for path, descriptor in held.items():
        path.mkdir(parents=True, exist_ok=True)
        kernel.mount(f"/proc/self/fd/{descriptor}", str(path), "", _MS_BIND | kernel.MS_REC)
        os.close(descriptor)


def _first_wall(path: Path) -> Path | None:
    """The outermost folder on the way that others may not enter."""
    closed = [folder for folder in path.parents if not folder.stat().st_mode & stat.S_IXOTH]
    return closed[-1] if closed else None


def _enter_user_namespace() -> None:
    """A child that stays outside writes the maps, since several users can be mapped from there only."""
    (entered, has_entered), (mapped, has_mapped) = os.pipe(), os.pipe()
    process = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            os.close(has_entered)
            if os.read(entered, 1):
                _map_users(process)
                os.write(has_mapped, b"+")
        finally:
            os._exit(0)
    kernel.unshare(kernel.CLONE_NEWUSER)
    os.write(has_entered, b"+")
    os.close(has_mapped)
    done = os.read(mapped, 1)
    os.waitpid(child, 0)
    if not done:
        raise PermissionError("no users could be mapped into a user namespace")
    for descriptor in (entered, has_entered, mapped):
        os.close(descriptor)


def _map_users(process: int) -> None:
    proc = Path("/proc") / str(process)
    if os.geteuid() == 0:
        users = groups = f"0 0 {_MAPPED_IDS}"
    else:
        users, groups = f"0 {os.geteuid()} 1", f"0 {os.getegid()} 1"
        (proc / "setgroups").write_text("deny")
    (proc / "uid_map").write_text(users)
    (proc / "gid_map").write_text(groups)


def main() -> NoReturn:
    """Enter a situation, and become a command."""
    name, *argv = sys.argv[1:]
    try:
        enter(Situation(name))
    except OSError as reason:
        sys.stderr.write(f"{reason}\n")
        sys.exit(REFUSED_STATUS)
    os.execvp(argv[0], argv)  # noqa: S606 -- this is what it is for


if __name__ == "__main__":
    main()
