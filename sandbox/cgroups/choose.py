"""Finds out which kinds of control groups can be used here, best first, and makes ready to use one."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.cgroups import layout
from sandbox.cgroups.groups import Groups, NoGroups, claimed, write
from sandbox.cgroups.layout import NAMES, Names, Own, Step, Unusable
from sandbox.model import LimitsMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RESERVE_BYTES = 256 << 20
"""Of a container's memory, kept from all jails together: the service itself takes about half of it."""
_MOUNTS = Path("/proc/self/mountinfo")
_GROUPS = Path("/proc/self/cgroup")
_TRIES = 3
"""To empty a group whose processes may fork meanwhile."""


def ways(wanted: LimitsMode | None, held: contextlib.ExitStack) -> Iterator[Groups | NoGroups]:
    """What can keep limits here, best first; what was made for it is gone when `held` is closed.

    Raises:
        Unusable: the one that is wanted cannot be used; the message says why.
    """
    reasons = []
    for mode in (LimitsMode.CGROUP_V2, LimitsMode.CGROUP_V1):
        if wanted not in (None, mode):
            continue
        try:
            groups = held.enter_context(_opened(mode))
        except Unusable as problem:
            reasons.append(str(problem))
            continue
        yield groups
        reasons.append(f"{mode.value} was tried in vain")
    if wanted not in (None, LimitsMode.RLIMIT):
        raise Unusable("; ".join(reasons))
    yield NoGroups(tuple(reasons), held.enter_context(_events()))


@contextlib.contextmanager
def _opened(mode: LimitsMode) -> Iterator[Groups]:
    """Groups for jails, in a group of ours.

    Raises:
        Unusable: they cannot be made.
    """
    with contextlib.ExitStack() as stack:
        try:
            memory, pids = _folders(mode, stack)
            _bound_all(memory, NAMES[mode])
        except OSError as problem:
            raise Unusable(f"{mode.value}: {problem}") from problem
        yield Groups(mode, memory, pids, NAMES[mode])


def _bound_all(memory: Path, names: Names) -> None:
    """Limits of all jails together."""
    file, value = names.no_swap
    with contextlib.suppress(FileNotFoundError):  # this kernel swaps nothing
        write(f"{memory}/{file}", value)
    limit_bytes = container_limit_bytes()
    if limit_bytes is not None and limit_bytes > 2 * RESERVE_BYTES:
        write(f"{memory}/{names.memory_limit}", str(limit_bytes - RESERVE_BYTES))


def _folders(mode: LimitsMode, stack: contextlib.ExitStack) -> tuple[Path, Path]:
    if mode is LimitsMode.CGROUP_V1:
        memory, pids = (stack.enter_context(claimed(_own_folder(name))) for name in ("memory", "pids"))
        return memory, pids
    own = _look(layout.base_of(_own_folder("")))
    _carry_out(own)
    folder = stack.enter_context(claimed(own.folder))
    write(f"{folder}/cgroup.subtree_control", "+memory +pids")
    return folder, folder


def _own_folder(controller: str) -> Path:
    folder = layout.own_folder(_MOUNTS.read_text(), _GROUPS.read_text(), controller)
    if folder is None or not folder.is_dir():
        raise Unusable(f"{f'cgroup v1 of {controller}' if controller else 'cgroup v2'} is not mounted here")
    return folder


def _look(folder: Path) -> Own:
    processes = tuple(int(line) for line in _read(folder / "cgroup.procs").split())
    alone = _is_root_of_namespace(folder)
    return Own(
        folder=folder,
        available=frozenset(_read(folder / "cgroup.controllers").split()),
        enabled=frozenset(_read(folder / "cgroup.subtree_control").split()),
        processes=processes,
        may_hold_both=not (folder / "cgroup.events").exists(),
        strangers=() if alone else tuple(process for process in processes if not _is_ours(process)),
    )


def _is_root_of_namespace(folder: Path) -> bool:
    """What lives there belongs to one container, and so to us."""
    mounted = layout.own_folder(_MOUNTS.read_text(), "0::/\n", "")
    return folder == mounted


def _is_ours(process: int) -> bool:
    """One of the processes that were started together with this one, or by one of them."""
    try:
        while process > 1 and os.getpgid(process) != os.getpgrp():
            stat = _read(Path(f"/proc/{process}/stat"))
            process = int(stat.rpartition(")")[2].split()[1])
    except (ProcessLookupError, FileNotFoundError):
        return True  # it has ended
    return process > 1


def _carry_out(own: Own) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            for step in layout.steps_to_groups(own):
                _take(step)
        except OSError as problem:
            if problem.errno != errno.EBUSY or attempt == _TRIES:
                raise
            own = _look(own.folder)  # something has forked while we moved it
        else:
            return


def _take(step: Step) -> None:
    if step.text is None:
        step.path.mkdir(exist_ok=True)
        return
    with contextlib.suppress(ProcessLookupError):  # it has ended: nothing is left to move
        write(str(step.path), step.text)


@contextlib.contextmanager
def _events() -> Iterator[int]:
    """Counters of the group around this process, opened; -1 where none can be read."""
    mounts, groups = _MOUNTS.read_text(), _GROUPS.read_text()
    descriptor = -1
    for controller, mode in (("", LimitsMode.CGROUP_V2), ("memory", LimitsMode.CGROUP_V1)):
        folder = layout.own_folder(mounts, groups, controller)
        if descriptor < 0 and folder is not None:
            with contextlib.suppress(OSError):
                descriptor = os.open(folder / NAMES[mode].events, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def memory_bytes() -> int:
    """What this process and its jails can have at most: the container's limit, or the machine's memory."""
    machine_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit_bytes = container_limit_bytes()
    return machine_bytes if limit_bytes is None else min(limit_bytes, machine_bytes)


def container_limit_bytes() -> int | None:
    """The least memory limit of the groups around this process that can be seen; None where there is none."""
    mounts, groups = _MOUNTS.read_text(), _GROUPS.read_text()
    limits: list[int] = []
    for controller, mode in (("", LimitsMode.CGROUP_V2), ("memory", LimitsMode.CGROUP_V1)):
        folder = layout.own_folder(mounts, groups, controller)
        if folder is not None:
            limits += _limits(folder, NAMES[mode].memory_limit)
    return min(limits, default=None)


def _limits(folder: Path, name: str) -> Iterable[int]:
    for group in (folder, *folder.parents):
        with contextlib.suppress(OSError):
            limit = layout.limit_bytes(_read(group / name))
            if limit is not None:
                yield limit


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii", errors="replace")
