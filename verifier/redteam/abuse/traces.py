"""What this process and everything below it hold of the machine: to be compared before and after."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, fields
from pathlib import Path

from sandbox.inside import kernel

_SET_CHILD_SUBREAPER = 36
_CGROUPS = Path("/sys/fs/cgroup")
_OURS = ("jail", "verifier")
"""In names of control groups, which others make too."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Things that a jail may leave behind, each by a name that tells it apart or says where it is held."""

    processes: frozenset[str]
    descriptors: int
    mounts: int
    namespaces: frozenset[str]
    cgroups: frozenset[str]


def adopt_orphans() -> None:
    """From now on, whatever loses its parent below this process is found below this process."""
    kernel.prctl(_SET_CHILD_SUBREAPER, 1)


def look() -> Traces:
    """At this moment. What may not be looked at, such as processes of other users, counts as nothing."""
    below = _below(os.getpid())
    everybody = {os.getpid(): "self", **below}
    return Traces(
        processes=frozenset(f"{name} {pid}" for pid, name in below.items()),
        descriptors=sum(_count(Path(f"/proc/{pid}/fd")) for pid in everybody),
        mounts=sum(_lines(Path(f"/proc/{pid}/mountinfo")) for pid in everybody),
        namespaces=frozenset(link for pid in everybody for link in _links(Path(f"/proc/{pid}/ns"))),
        cgroups=_cgroups(),
    )


def more(before: Traces, after: Traces) -> list[str]:
    """What there is now and was not before."""
    found = []
    for field in fields(Traces):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if isinstance(old, int) and new > old:
            found.append(f"{new - old} {field.name}")
        elif not isinstance(old, int) and new - old:
            found.append(f"{field.name}: {', '.join(sorted(new - old))}")
    return found


def _below(top: int) -> dict[int, str]:
    """Names of all descendants, by process id."""
    names, children = {}, dict[int, list[int]]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            head, _, rest = stat.read_text(errors="replace").rpartition(") ")
            pid = int(stat.parent.name)
            names[pid] = head.partition("(")[2]
            children.setdefault(int(rest.split()[1]), []).append(pid)
    found, unseen = dict[int, str](), [top]
    while unseen:
        for pid in children.get(unseen.pop(), ()):
            found[pid] = names[pid]
            unseen.append(pid)
    return found


def _count(folder: Path) -> int:
    with contextlib.suppress(OSError):
        return sum(1 for _ in folder.iterdir())
    return 0


def _lines(file: Path) -> int:
    with contextlib.suppress(OSError):
        return file.read_bytes().count(b"\n")
    return 0


def _links(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return [str(link.readlink()) for link in folder.iterdir()]
    return []


def _cgroups() -> frozenset[str]:
    """Empty ones: those with processes are somebody's, and ours would be found by their processes."""
    groups = (Path(folder) / name for folder, names, _ in os.walk(_CGROUPS) for name in names)
    ours = (group for group in groups if any(word in group.name.lower() for word in _OURS))
    return frozenset(str(group) for group in ours if not _holds_processes(group))


def _holds_processes(group: Path) -> bool:
    with contextlib.suppress(OSError):  # it was removed meanwhile
        return any(file.read_text() for file in group.rglob("cgroup.procs"))
    return False
