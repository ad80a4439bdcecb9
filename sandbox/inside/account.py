"""What the processes of a jail use, read from /proc: processor time, waiting for a processor, memory.

Init sees every process of its namespace and owns all of them, so the tree of a run is simply everybody else.
"""

from __future__ import annotations

import os
from typing import NamedTuple

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_BUSY_STATES = frozenset("RD")
"""Running or runnable, or waiting for a disk: not blocked by choice."""


class Sample(NamedTuple):
    """Sums over all processes but init, at one moment."""

    cpu_seconds: float
    """Of living processes, with the children each has waited for."""
    waiting_seconds: float
    """Spent runnable without a processor, by threads alive now."""
    memory_bytes: int
    """Memory not backed by files; memory shared between processes counts once for each of them."""
    tasks: int
    """Processes and threads."""
    busy: bool
    """Whether any thread is running, runnable or waiting for a disk."""


def sample() -> Sample:
    """Look at every process but the caller."""
    cpu = waiting = 0.0
    memory = tasks = 0
    busy = False
    own = os.getpid()
    for pid in _processes(own):
        try:
            one = _read_process(pid)
        except (OSError, ValueError, IndexError):
            continue  # it ended while we looked
        cpu += one.cpu_seconds
        waiting += one.waiting_seconds
        memory += one.memory_bytes
        tasks += one.tasks
        busy = busy or one.busy
    return Sample(cpu, waiting, memory, tasks, busy)


def proportional_memory_bytes() -> int:
    """Memory of all processes but the caller, with shared pages divided among those who share them.

    Slow for large processes, and needs the right to look into them (0 where it is missing); asked for only
    when the quick sum is over a limit.
    """
    total = 0
    for pid in _processes(os.getpid()):
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
                fields = dict(line.split(":", 1) for line in rollup if ":" in line[:20])
            total += 1024 * sum(int(fields[name].split()[0]) for name in ("Pss_Anon", "Pss_Shmem"))
        except (OSError, ValueError, KeyError):
            continue
    return total


def _processes(without: int) -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != without]


def _read_process(pid: int) -> Sample:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()  # a name may hold anything, even ")"
    cpu = sum(int(fields[at]) for at in (11, 12, 13, 14)) * _TICK_SECONDS
    states, waiting = _read_threads(pid)
    _, resident, shared_files, *_ = (int(number) for number in _read(f"/proc/{pid}/statm").split())
    memory = (resident - shared_files) * _PAGE_BYTES + _shared_memory_bytes(pid, shared_files)
    return Sample(cpu, waiting, memory, len(states), not _BUSY_STATES.isdisjoint(states))


def _shared_memory_bytes(pid: int, shared_pages: int) -> int:
    """Pages of shared memory and tmpfs, which `statm` counts among the file-backed ones."""
    if shared_pages * _PAGE_BYTES < 32 << 20:
        return 0  # an interpreter's own files; not worth another read
    for line in _read(f"/proc/{pid}/status").splitlines():
        if line.startswith("RssShmem:"):
            return int(line.split()[1]) * 1024
    return 0


def _read_threads(pid: int) -> tuple[list[str], float]:
    states, waiting = [], 0.0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            states.append(_read(f"/proc/{pid}/task/{task}/stat").rpartition(")")[2].split(None, 1)[0])
            waiting += int(_read(f"/proc/{pid}/task/{task}/schedstat").split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            continue
    return states, waiting


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
