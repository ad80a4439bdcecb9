"""What the processes of a jail use, read from /proc: processor time, waiting for a processor, memory.

Init sees every process of its namespace and owns all of them, so the tree of a run is simply everybody else.
The tree is hostile: it may die before anybody looks, or keep memory where no process shows it. What can be
kept elsewhere is refused (`syscalls`, `seccomp`) or charged here.
"""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

from sandbox.inside import kernel

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_MEMORY_FIELDS = ("RssAnon", "RssShmem", "VmSwap", "VmPTE")
"""Of /proc/PID/status: all that is not backed by files, page tables included, which can outgrow the rest."""
_FAIR_FIELDS = ("Pss_Anon", "Pss_Shmem", "SwapPss")
"""The first three of them, as /proc/PID/smaps_rollup divides them among those who share."""
_PIECE_BYTES = 16 << 10
_FREE_DESCRIPTORS = 1024
"""What a tree may have open without paying: 16 for each of 64 processes."""
_DESCRIPTOR_BYTES = 208 << 10
"""What the kernel keeps for a socket that nobody reads: its default send buffer, net.core.wmem_default."""


class Process(NamedTuple):
    """One process at one moment."""

    pid: int
    parent: int
    born: int
    """Start time in clock ticks: tells processes of one number apart."""
    own_cpu_seconds: float
    cpu_seconds: float
    """With those of its children that it has waited for."""
    waiting_seconds: float
    memory_bytes: int
    states: frozenset[str]
    """Of its threads, as /proc spells them."""
    descriptors: int


class Sample(NamedTuple):
    """Sums over all processes but init, at one moment."""

    cpu_seconds: float
    """Of living processes, with the children each has waited for."""
    waiting_seconds: dict[tuple[int, int], float]
    """Spent runnable without a processor, by threads alive now: for each living process, as below."""
    memory_bytes: int
    """Memory not backed by files; memory shared between processes counts once for each of them."""
    busy: bool
    """Whether any thread is running, runnable or waiting for a disk."""
    own_cpu_seconds: dict[tuple[int, int], float]
    """Of each living process alone, by number and birth."""


NOTHING = Sample(0.0, {}, 0, True, {})


class Witness:
    """Remembers what each process was seen to use, whether or not anybody waits for it.

    A parent that ignores SIGCHLD makes the kernel forget what its children used. What they used between two
    looks stays unseen.
    """

    def __init__(self) -> None:
        """Nothing is seen yet."""
        self._gone_seconds = 0.0
        self._living: dict[tuple[int, int], float] = {}

    def look(self, sample: Sample) -> None:
        """Take in a sample."""
        for process, seconds in self._living.items():
            if process not in sample.own_cpu_seconds:
                self._gone_seconds += seconds
        self._living = sample.own_cpu_seconds

    @property
    def cpu_seconds(self) -> float:
        """Of all processes, living and dead, each as last seen."""
        return self._gone_seconds + sum(self._living.values())


def sample() -> Sample:
    """Look at every process but the caller."""
    processes = _look_at_all()
    parents = {process.parent for process in processes}
    return Sample(
        cpu_seconds=sum(process.cpu_seconds for process in processes),
        waiting_seconds={(process.pid, process.born): process.waiting_seconds for process in processes},
        memory_bytes=sum(process.memory_bytes for process in processes) + _descriptor_bytes(processes),
        busy=any(_is_busy(process, parents) for process in processes),
        own_cpu_seconds={(process.pid, process.born): process.own_cpu_seconds for process in processes},
    )


def held_seconds() -> float:
    """How long the caller, which has one thread, has computed and waited for a processor in its life."""
    ran, waited, _ = _read("/proc/self/schedstat").split()
    return (int(ran) + int(waited)) / 1e9


def waited_seconds(before: Sample, after: Sample) -> float:
    """How long processes were runnable without a processor between two looks, as far as they are still there.

    Who ended in between takes its own wait with it, but none of what the others waited.
    """
    waits = after.waiting_seconds.items()
    return sum(max(0.0, waited - before.waiting_seconds.get(process, 0.0)) for process, waited in waits)


def fair_memory_bytes() -> int:
    """As `Sample.memory_bytes`, but what processes share counts once.

    Slow for large processes; asked for only when the quick sum is over a limit. A process that cannot be
    looked into counts in full.
    """
    processes = _look_at_all()
    numbers = {process.pid for process in processes}
    total = _descriptor_bytes(processes)
    for process in processes:
        if process.parent not in numbers or not _lives_in_its_parent(process):
            total += _fair_bytes(process)
    return total


def _is_busy(process: Process, parents: set[int]) -> bool:
    """A parent in state D waits for its child to leave the memory that vfork lent it, not for a disk."""
    return "R" in process.states or ("D" in process.states and process.pid not in parents)


def _descriptor_bytes(processes: list[Process]) -> int:
    descriptors = sum(process.descriptors for process in processes)
    return max(0, descriptors - _FREE_DESCRIPTORS) * _DESCRIPTOR_BYTES


def _lives_in_its_parent(process: Process) -> bool:
    """Between vfork and exec, a child and its parent are one as far as memory goes."""
    try:
        return kernel.same_memory(process.pid, process.parent)
    except OSError:  # gone, or not for us to see
        return False


def _fair_bytes(process: Process) -> int:
    try:
        fields = _fields(_read(f"/proc/{process.pid}/smaps_rollup"), _FAIR_FIELDS)
        return sum(fields) + sum(_fields(_read(f"/proc/{process.pid}/status"), ("VmPTE",)))
    except PermissionError:
        return process.memory_bytes
    except OSError:
        return 0  # it ended while we looked


def _look_at_all() -> list[Process]:
    processes = []
    own = str(os.getpid())
    for name in os.listdir("/proc"):
        if name.isdigit() and name != own:
            with contextlib.suppress(OSError, ValueError, IndexError):  # it ended while we looked
                processes.append(_look_at(int(name)))
    return processes


def _look_at(pid: int) -> Process:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()  # a name may hold anything, even ")"
    own, children = (sum(int(fields[at]) for at in pair) * _TICK_SECONDS for pair in ((11, 12), (13, 14)))
    states, running, waiting = _read_threads(pid)
    own = max(own, running)
    return Process(
        pid=pid,
        parent=int(fields[1]),
        born=int(fields[19]),
        own_cpu_seconds=own,
        cpu_seconds=own + children,
        waiting_seconds=waiting,
        memory_bytes=sum(_fields(_read(f"/proc/{pid}/status"), _MEMORY_FIELDS)),
        states=states,
        descriptors=os.stat(f"/proc/{pid}/fd").st_size,  # Linux 6.2; 0 before
    )


def _fields(text: str, names: tuple[str, ...]) -> list[int]:
    """Sizes in bytes, as far as they are there; a zombie has none."""
    lines = (line.partition(":") for line in text.splitlines())
    return [int(value.split()[0]) * 1024 for name, _, value in lines if name in names]


def _read_threads(pid: int) -> tuple[frozenset[str], float, float]:
    states, running, waiting = [], 0.0, 0.0
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            states.append(_read(f"/proc/{pid}/task/{task}/stat").rpartition(")")[2].split(None, 1)[0])
            ran, waited, _ = _read(f"/proc/{pid}/task/{task}/schedstat").split()
            running += int(ran) / 1e9
            waiting += int(waited) / 1e9
    return frozenset(states), running, waiting


def _read(path: str) -> str:
    """Without the buffers of a file object: runs are measured while they wait for init."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        pieces = []
        while piece := os.read(descriptor, _PIECE_BYTES):
            pieces.append(piece)
    finally:
        os.close(descriptor)
    return b"".join(pieces).decode("utf-8", "replace")
