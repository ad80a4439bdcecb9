"""What this process and everything below it hold of the machine: to be compared before and after."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.inside import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

_SET_CHILD_SUBREAPER = 36
_CGROUPS = "/sys/fs/cgroup"
_GROUP_OF_ALL = re.compile(rf"{_CGROUPS}/.*?verifier-jails-[^/]+")
"""What a service makes to put the groups of its jails into. It holds files of them open."""


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
    descendants = below(os.getpid())
    everybody = {os.getpid(): "self", **descendants}
    return Traces(
        processes=frozenset(f"{name} {pid}" for pid, name in descendants.items()),
        descriptors=sum(_count(Path(f"/proc/{pid}/fd")) for pid in everybody),
        mounts=sum(_lines(Path(f"/proc/{pid}/mountinfo")) for pid in everybody),
        namespaces=frozenset(link for pid in everybody for link in _links(Path(f"/proc/{pid}/ns"))),
        cgroups=_cgroups(link for pid in everybody for link in _links(Path(f"/proc/{pid}/fd"))),
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


def below(top: int) -> dict[int, str]:
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
    links = []
    with contextlib.suppress(OSError):
        for link in folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # a descriptor that was open to look at this folder
                links.append(str(link.readlink()))
    return links


def _cgroups(descriptors: Iterable[str]) -> frozenset[str]:
    """Control groups of whoever holds these descriptors; those of other services come and go as they like."""
    of_all = {found[0] for link in descriptors if (found := _GROUP_OF_ALL.match(link))}
    return frozenset(folder for top in of_all for folder, _, _ in os.walk(top))
