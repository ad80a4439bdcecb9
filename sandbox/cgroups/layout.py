"""Where the kernel keeps control groups, what their files are called, and what has to be written where.

Pure: texts of /proc and of a group's files in, paths and steps out. `groups` carries them out.
Files and rules: Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst of the kernel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.model import LimitsMode

SERVICE = "verifier-service"
"""Group that the service moves to, since groups of cgroup v2 hold either processes or other groups."""
JAILS = "verifier-jails-"
"""Begins the name of the group that one service keeps its jails' groups in."""
_CONTROLLERS = frozenset({"memory", "pids"})
_UNLIMITED_BYTES = 1 << 60
"""cgroup v1 writes "no limit" as a number a little below 2^63."""


class Unusable(Exception):
    """Groups cannot be made here; the message says why, and what helps."""


@dataclass(frozen=True, slots=True)
class Names:
    """Files of one kind of groups, as far as they differ."""

    entrance: str
    """Takes in whoever writes 0 to it. v1 has one for single threads, which waits for no other process."""
    memory_limit: str
    usage: str
    peak: str
    events: str
    """Counts killed processes as `oom_kill`."""
    limit_word: str
    """Counts there how often the group's own limit was reached; empty where nothing does."""
    no_swap: tuple[str, str]
    """File and value; of the group around all jails, and in force for them too."""


NAMES = {
    LimitsMode.CGROUP_V1: Names(
        "tasks",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "memory.max_usage_in_bytes",
        "memory.oom_control",
        "",
        ("memory.swappiness", "0"),
    ),
    LimitsMode.CGROUP_V2: Names(
        "cgroup.procs",
        "memory.max",
        "memory.current",
        "memory.peak",
        "memory.events",
        "oom",
        ("memory.swap.max", "0"),
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One change: a text written to a file or, where there is none, a group made."""

    path: Path
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """The group of cgroup v2 that this process is in."""

    folder: Path
    available: frozenset[str]
    """Controllers that its groups could have."""
    enabled: frozenset[str]
    """Controllers that its groups have."""
    processes: tuple[int, ...]
    may_hold_both: bool
    """The root group of the machine may hold processes and groups with controllers."""
    strangers: tuple[int, ...]
    """Those of the processes that somebody else may have plans with."""


def own_folder(mounts: str, groups: str, controller: str) -> Path | None:
    """Where the group of this process lies, in the hierarchy of a v1 controller, or of v2 if it is empty.

    Args:
        mounts: text of /proc/self/mountinfo.
        groups: text of /proc/self/cgroup.
        controller: such as `memory`.
    """
    path = _own_path(groups, controller)
    mounted = _mounted(mounts, controller)
    if path is None or mounted is None:
        return None
    root, point = mounted
    if not path.is_relative_to(root):
        return None  # a group beside the one that is mounted here
    return point / path.relative_to(root)


def _own_path(groups: str, controller: str) -> Path | None:
    for line in groups.splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            return Path(path)
    return None


def _mounted(mounts: str, controller: str) -> tuple[Path, Path] | None:
    """Root and mount point."""
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        kind, _, options = rest.split(" ", 2)
        if kind == ("cgroup" if controller else "cgroup2") and (
            not controller or controller in options.split(",")
        ):
            root, point = (Path(_unescaped(field)) for field in fields.split()[3:5])
            return root, point
    return None


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def base_of(own: Path) -> Path:
    """The group whose groups we make: our own or, where a service has moved us, the one around it."""
    return own.parent if own.name == SERVICE else own


def steps_to_groups(own: Own) -> tuple[Step, ...]:
    """What gives the groups of our own group of cgroup v2 their controllers.

    Raises:
        Unusable: it cannot be done without harm to others.
    """
    missing = _CONTROLLERS - own.available
    if missing:
        raise Unusable(f"cgroup v2 offers no {' and no '.join(sorted(missing))} controller here")
    if own.enabled >= _CONTROLLERS:
        return ()
    switch_on = Step(own.folder / "cgroup.subtree_control", "+memory +pids")
    if own.may_hold_both or not own.processes:
        return (switch_on,)
    if own.strangers:
        raise Unusable(
            "other processes share the control group of the service: start it in one of its own, such as "
            "`systemd-run --scope -p Delegate=yes verifier serve`"
        )
    service = own.folder / SERVICE
    moves = tuple(Step(service / "cgroup.procs", str(process)) for process in own.processes)
    return (Step(service), *moves, switch_on)


def count_of(events: str, word: str) -> int:
    """A number of an events file, 0 where it has no such word."""
    for line in events.splitlines():
        name, _, number = line.partition(" ")
        if name == word:
            return int(number)
    return 0


def limit_bytes(text: str) -> int | None:
    """A memory limit; None where there is none."""
    text = text.strip()
    if not text.isdecimal() or int(text) >= _UNLIMITED_BYTES:
        return None
    return int(text)
