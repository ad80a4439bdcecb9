"""Finds the processes of a service by what they are, and kills one of a kind.

Programs that are judged are not among them: whoever kills a program from outside does what the program can do
itself, and gets its verdict.
"""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.e2e.chaos.served import Served


@dataclass
class Tree:
    """Processes below one, at one moment."""

    children: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def now(cls) -> Tree:
        """Of the whole machine."""
        tree = cls()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text(errors="replace").rpartition(") ")[2].split()[1])
            except (OSError, IndexError):
                continue  # it has ended
            tree.children[parent].append(int(stat.parent.name))
        return tree

    def below(self, pids: list[int]) -> Iterator[int]:
        """All descendants."""
        for pid in pids:
            for child in self.children[pid]:
                yield child
                yield from self.below([child])

    def next(self, pids: list[int]) -> list[int]:
        """Children of all of them."""
        return [child for pid in pids for child in self.children[pid]]


def victims(service: Served) -> dict[str, list[int]]:
    """Processes of a service by kind."""
    tree = Tree.now()
    servers = [pid for pid in tree.children[service.pid] if b"serve" in _argv(pid)] or [service.pid]
    nsjails = [pid for pid in tree.next(servers) if b"".join(_argv(pid)[:1]).endswith(b"nsjail")]
    templates = tree.next(nsjails)
    mathematical = [pid for pid in nsjails if any(b"/math/" in word for word in _argv(pid))]
    return {
        "server": servers,
        "nsjail": nsjails,
        "template": templates,
        "init": tree.next(templates),
        "worker": list(tree.below(tree.next(tree.next(mathematical)))),
    }


def kill_one(
    service: Served,
    chance: random.Random,
    kinds: tuple[str, ...],
    number: signal.Signals = signal.SIGKILL,
) -> str:
    """Kill a process of a random kind, or send it another signal; which kind it was."""
    there = {kind: pids for kind, pids in victims(service).items() if kind in kinds and pids}
    kind = chance.choice(sorted(there)) if there else ""
    if kind:
        try:
            os.kill(chance.choice(there[kind]), number)
        except ProcessLookupError:
            return ""
    return kind


def _argv(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []
