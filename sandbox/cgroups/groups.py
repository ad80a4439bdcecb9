"""Control groups of jails: one for each, entered by its init before that reads a byte of the submission.

A group is the wall behind init's own accounting. It bounds what the whole jail holds at any moment, files and
the kernel's memory for it included, so its limit is above that of a run: what a run may use is decided by the
same rules everywhere, and a process that the kernel kills for want of memory is never mistaken for anything
else. A kill without the jail's own limit being reached is the machine's doing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.cgroups.layout import JAILS, Names, count_of
from sandbox.errors import SandboxError
from sandbox.model import LimitsMode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.model import Limits

_SLACK_BYTES = 64 << 20
"""For init's copies of the template's pages, page tables, and what the kernel keeps for each process."""
_NEAR_BYTES = 4 << 20
"""A group whose peak is so near its limit has reached it: memory is charged in pieces."""
_PIECE_BYTES = 4 << 20
"""Limits are rounded up to this, so that they seldom have to be written."""
_SLACK_PROCESSES = 8
"""For init, and for children that are not reaped yet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a group has seen of one run."""

    killed: bool
    """Whether the kernel killed a process of it for want of memory."""
    at_its_limit: bool
    """Whether the limit of the group itself was reached, and not one around it."""
    peak_bytes: int
    """The most that the run held beyond what was there before, its files included."""


class Group:
    """The group of one jail at a time."""

    def __init__(self, memory: str, pids: str, names: Names) -> None:
        """Make it, in the folders of all jails (one folder, with cgroup v2).

        Raises:
            OSError: the kernel refuses.
        """
        self._memory, self._pids, self._names = memory, pids, names
        self._limits = (0, 0)
        self._room_bytes = 0
        self._kills = self._reached = self._peak_before = 0
        self._descriptors: list[int] = []
        self._folders = (memory,) if memory == pids else (memory, pids)
        try:
            for folder in self._folders:
                os.mkdir(folder)  # noqa: PTH102 -- no path has to be taken apart
            self.entrances = tuple(
                self._open(f"{folder}/{names.entrance}", os.O_WRONLY) for folder in self._folders
            )
            self._usage = self._open(f"{memory}/{names.usage}", os.O_RDONLY)
            self._peak, self._measures_each_run = self._open_peak()
            self._events = self._open(f"{memory}/{names.events}", os.O_RDONLY)
            self._processes = self._open(f"{pids}/pids.current", os.O_RDONLY)
        except OSError:
            self.close()
            self.remove()
            raise

    def take(self, files_bytes: int) -> None:
        """Make ready for another jail, whose files may take so much.

        What the last one had may still be on its way out, and is charged to nobody.
        """
        self._room_bytes = files_bytes + _whole_pieces(_number(self._usage)) + _SLACK_BYTES
        self.read()

    def begin(self, limits: Limits, held_bytes: int) -> None:
        """Bound the next run, and measure from now on.

        Args:
            limits: of the run.
            held_bytes: what init may hold of what it was sent, and is not the run's.

        Raises:
            SandboxError: the kernel refuses.
        """
        try:
            self._bound(_whole_pieces(limits.memory_bytes + held_bytes) + self._room_bytes, limits.processes)
            if self._measures_each_run:
                os.pwrite(self._peak, b"0", 0)
            self._peak_before = _number(self._peak)
        except OSError as problem:
            raise SandboxError(f"a control group cannot be written: {problem}") from problem

    def read(self) -> Reading:
        """What happened since `begin`."""
        events = os.pread(self._events, 4096, 0).decode()
        kills, reached = count_of(events, "oom_kill"), count_of(events, self._names.limit_word)
        peak = _number(self._peak)
        near = not self._names.limit_word and peak >= self._limits[0] - _NEAR_BYTES
        grown = peak - self._peak_before
        reading = Reading(kills > self._kills, near or reached > self._reached, grown)
        self._kills, self._reached = kills, reached
        return reading

    @property
    def reusable(self) -> bool:
        """Whether nobody is left in it, and the next jail's memory can be told from the last one's."""
        try:
            return self._measures_each_run and not _number(self._processes)
        except OSError:  # somebody has removed it: another one is made
            return False

    def remove(self) -> bool:
        """Whether it is gone; it stays for as long as a process of it is dying."""
        for folder in self._folders:
            try:
                os.rmdir(folder)  # noqa: PTH106 -- see above
            except FileNotFoundError:
                continue
            except OSError:
                return False
        return True

    def close(self) -> None:
        """Measure no more."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def _bound(self, memory_bytes: int, processes: int) -> None:
        """A partner may have as many processes as the candidate."""
        limits = (memory_bytes, 2 * processes + _SLACK_PROCESSES)
        if limits == self._limits:
            return
        write(f"{self._memory}/{self._names.memory_limit}", str(limits[0]))
        write(f"{self._pids}/pids.max", str(limits[1]))
        self._limits = limits

    def _open_peak(self) -> tuple[int, bool]:
        """With whether it can be reset: always with cgroup v1, with v2 since Linux 6.12."""
        path = f"{self._memory}/{self._names.peak}"
        with contextlib.suppress(OSError):
            descriptor = self._open(path, os.O_RDWR)
            os.pwrite(descriptor, b"0", 0)
            return descriptor, True
        with contextlib.suppress(FileNotFoundError):
            return self._open(path, os.O_RDONLY), False
        return self._usage, False  # cgroup v2 before Linux 5.19

    def _open(self, path: str, flags: int) -> int:
        descriptor = os.open(path, flags | os.O_CLOEXEC)
        self._descriptors.append(descriptor)
        return descriptor


def _whole_pieces(size_bytes: int) -> int:
    return -(-size_bytes // _PIECE_BYTES) * _PIECE_BYTES


def _number(descriptor: int) -> int:
    return int(os.pread(descriptor, 64, 0))


class Bystander:
    """Stands where no group can be made: bounds nothing, but sees whether the machine took processes away.

    The counter is that of the group around the service and all its jails, so a kill may have hit a neighbour.
    Whoever ran then is run again, alone; nobody gets a score for it.
    """

    entrances: tuple[int, ...] = ()

    def __init__(self, events: int) -> None:
        """Events: a descriptor of that group's counters; -1 where there is none."""
        self._events = events
        self._kills = self._count()

    def begin(self, limits: Limits, held_bytes: int) -> None:  # noqa: ARG002 -- the seam's signature
        """Nothing is bounded."""
        self._kills = self._count()

    def read(self) -> Reading:
        """Kills since."""
        return Reading(self._count() > self._kills, at_its_limit=False, peak_bytes=0)

    def _count(self) -> int:
        if self._events < 0:
            return 0
        try:
            return count_of(os.pread(self._events, 4096, 0).decode(), "oom_kill")
        except OSError:  # the group is gone, and we in another one: nothing can be said
            return 0


class Groups:
    """Makes a group for each jail, and removes it afterwards."""

    def __init__(self, mode: LimitsMode, memory: Path, pids: Path, names: Names) -> None:
        """Use `choose`, which also finds the folders."""
        self.mode = mode
        self.reasons: tuple[str, ...] = ()
        self._memory, self._pids, self._names = memory, pids, names
        self._made = 0
        self._free: list[Group] = []
        self._dying: list[Group] = []

    @property
    def folders(self) -> tuple[Path, ...]:
        """The groups around those of all jails; one, with cgroup v2."""
        return (self._memory,) if self._memory == self._pids else (self._memory, self._pids)

    @contextlib.contextmanager
    def group(self, files_bytes: int) -> Iterator[Group]:
        """A group for a jail whose files may take so much.

        Raises:
            SandboxError: the kernel refuses.
        """
        try:
            group = self._free.pop() if self._free else self._make()
            group.take(files_bytes)
        except OSError as problem:
            raise SandboxError(f"no control group could be made: {problem}") from problem
        try:
            yield group
        finally:
            self._give_back(group)

    def _make(self) -> Group:
        self._made += 1
        name = f"jail-{self._made}"
        return Group(f"{self._memory}/{name}", f"{self._pids}/{name}", self._names)

    def _give_back(self, group: Group) -> None:
        """Making and removing groups costs more than all the rest, so that most are used again."""
        if group.reusable:
            self._free.append(group)
            return
        group.close()
        self._dying = [group for group in (*self._dying, group) if not group.remove()]

    def sweep(self) -> bool:
        """Remove all groups that nobody is in; whether none is left."""
        for group in self._free:
            group.close()
        self._dying = [group for group in (*self._dying, *self._free) if not group.remove()]
        self._free = []
        return not self._dying


class NoGroups:
    """Limits are kept by init alone."""

    mode = LimitsMode.RLIMIT

    def __init__(self, reasons: tuple[str, ...] = (), events: int = -1) -> None:
        """Reasons: why there are no groups; empty where none are wanted. Events: see `Bystander`."""
        self.reasons = reasons
        self._events = events

    @contextlib.contextmanager
    def group(self, files_bytes: int) -> Iterator[Bystander]:  # noqa: ARG002 -- the seam's signature
        """None, but somebody who watches."""
        yield Bystander(self._events)

    def sweep(self) -> bool:
        """Nothing was made."""
        return True


@contextlib.contextmanager
def claimed(parent: Path) -> Iterator[Path]:
    """A group of our own for the groups of jails. Those that a killed service left are removed first.

    Locked for as long as we live, as folders of jails are: whoever gets the lock knows that nobody holds it.

    Raises:
        OSError: the kernel refuses.
    """
    _remove_abandoned(parent)
    folder, lock = _claim(parent)
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            _remove(folder)
        os.close(lock)


def _claim(parent: Path) -> tuple[Path, int]:
    while True:
        folder = parent / f"{JAILS}{secrets.token_hex(4)}"
        folder.mkdir()
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            lock = _lock(folder)
            if folder.exists():
                return folder, lock
            os.close(lock)  # taken for abandoned before we had it locked


def _lock(folder: Path) -> int:
    """Hold a group.

    Raises:
        BlockingIOError: somebody else does.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{JAILS}*"):
        with contextlib.suppress(OSError):
            lock = _lock(folder)
            try:
                _remove(folder)
            finally:
                os.close(lock)


def _remove(folder: Path) -> None:
    for group in folder.glob("jail-*"):
        with contextlib.suppress(OSError):
            group.rmdir()
    folder.rmdir()


def write(path: str, text: str) -> None:
    """To a file of the kernel, which is never made by us."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
