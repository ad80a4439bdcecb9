"""What a process and everything below it has used, from /proc (proc(5)).

Processor time of children that have ended is kept by whoever waited for them, so the sum over those that live
misses nothing; the first process of a pid namespace waits for all of its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _OWN, _WAITED = 1, slice(11, 13), slice(13, 15)
"""In /proc/PID/stat behind the name: ppid; utime, stime; cutime, cstime."""


@dataclass(frozen=True, slots=True)
class Used:
    """Processor time so far."""

    own_seconds: float
    below_seconds: float


def used(pid: int) -> Used:
    """What a process has used, and what everything below it has."""
    stats = _stats()
    own, waited = stats[pid][_OWN], stats[pid][_WAITED]
    below = [stats[child][_OWN] + stats[child][_WAITED] for child in _below(pid, stats)]
    return Used(_seconds(own), _seconds(waited) + sum(map(_seconds, below)))


def memory_mib(pid: int) -> tuple[float, float]:
    """Memory of a process and of everything below it, each with its share of what several have (PSS)."""
    stats = _stats()
    return _pss_mib(pid), sum(_pss_mib(child) for child in _below(pid, stats))


def _seconds(ticks: list[str]) -> float:
    return sum(map(int, ticks)) / _TICKS


def _stats() -> dict[int, list[str]]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                text = (folder / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has just ended
            found[int(folder.name)] = text.rpartition(")")[2].split()
    return found


def _below(pid: int, stats: dict[int, list[str]]) -> list[int]:
    children = [child for child, stat in stats.items() if int(stat[_PARENT]) == pid]
    return children + [deeper for child in children for deeper in _below(child, stats)]


def _pss_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended, or is not ours to look at
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
