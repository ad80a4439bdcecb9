"""Thousands of jails in a row, for honest and for hostile programs: does the service stay as it was?

A private `verifier serve` judges them; what it and everything below it hold is looked at between rounds.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rollout.client import Client
from rollout.embedded import embedded
from rollout.model import Trace
from rollout.tasks.table import parse_task
from verifier.redteam.abuse import reading, traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verifier.redteam.abuse.traces import Traces

ROUNDS = 10
_WARM_UP = 200
"""Jails before the first look: caches fill, and connections open."""
_GROWTH_BYTES = 12 << 20
_GROWTH_BYTES_PER_JAIL = 512
"""What memory may grow by: a little for an allocator's moods, and less for each jail than a leak of its own
things would come to."""

_LIMITS = {"cpu_seconds": 0.15, "memory_mb": 64, "output_mb": 1, "processes": 20}
_HOSTILE = (
    "clock-patched.py",
    "closes-its-streams.py",
    "core-dump.py",
    "daemons.py",
    "directory-tower.py",
    "exits-before-its-children.py",
    "fork-bomb.py",
    "forges-frames.py",
    "huge-allocation.py",
    "kills-everyone.py",
    "kills-its-group.py",
    "leaves-files-everywhere.py",
    "many-descriptors.py",
    "memory-bomb.py",
    "output-flood.py",
    "plants-links.py",
    "process-limit.py",
    "signals-to-init.py",
    "speaks-for-its-jail.py",
    "strangles-init.py",
    "walks-to-init.py",
    "zombies.py",
)
"""Of the abuse corpus: those that take milliseconds, or reach a limit that can be made small."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the service and everything below it hold at one moment."""

    jails: int
    """That have come and gone."""
    memory_bytes: int
    traces: Traces

    def line(self) -> str:
        """For people."""
        held = self.traces
        return (
            f"{self.jails:7} jails: {self.memory_bytes / 1e6:6.1f} MB, {held.descriptors} descriptors, "
            f"{len(held.processes)} processes, {held.mounts} mounts, {len(held.namespaces)} namespaces, "
            f"{len(held.cgroups)} control groups"
        )


@dataclass(frozen=True, slots=True)
class Soak:
    """What was seen."""

    looks: tuple[Look, ...]
    wrong: tuple[str, ...]
    """Programs that did not get their verdict."""

    @property
    def problems(self) -> list[str]:
        """What has grown, and what was judged wrongly."""
        first, last = self.looks[0], self.looks[-1]
        grown = traces.more(first.traces, last.traces)
        allowed = _GROWTH_BYTES + _GROWTH_BYTES_PER_JAIL * (last.jails - first.jails)
        if last.memory_bytes - first.memory_bytes > allowed:
            grown.append(f"{last.memory_bytes - first.memory_bytes} bytes of memory")
        return [*self.wrong, *(f"more than before: {what}" for what in grown)]


async def soak(jails: int, tell: Callable[[Look], None]) -> Soak:
    """Run so many jails, a few at a time; `tell` is told what there is after each round.

    Raises:
        rollout.errors.RolloutError: no service could be started.
    """
    stock = list(_stock())
    looks, wrong = [], list[str]()
    traces.adopt_orphans()
    async with embedded() as service, Client(service.target) as client:
        endless = itertools.cycle(stock)
        for count in (_WARM_UP, *[jails // ROUNDS] * ROUNDS):
            batch = list(itertools.islice(endless, count))
            async for answer in client.verify_stream(trace for trace, _ in batch):
                trace, wanted = batch[answer.index]
                score = answer.score
                if score.verdict.name not in wanted:
                    wrong.append(f"{trace.id}: {score.verdict.name} {score.detail or score.failure_reason}")
            done = count + (looks[-1].jails if looks else 0)
            looks.append(Look(done, _memory_bytes(), traces.look()))
            tell(looks[-1])
    return Soak(tuple(looks), tuple(wrong[:20]))


def _stock() -> Iterator[tuple[Trace, frozenset[str]]]:
    """Traces, each with the verdicts that it may get: three honest ones for two that are hostile."""
    honest = itertools.cycle(_honest())
    for number, name in enumerate(_HOSTILE):
        for _ in range(1 + number % 2):
            yield next(honest), frozenset({"ACCEPTED"})
        task = parse_task(
            {
                "verifier": "code", "language": "python", "limits": _LIMITS,
                "tests": {"inputs": ["", ""], "outputs": ["contained\n"] * 2},
            }
        )  # fmt: skip
        yield Trace(f"```python\n{reading.source(name)}```", task, id=name), reading.statement(name).verdicts


def _honest() -> Iterator[Trace]:
    for language, program, tests in (
        ("python", "print(int(input()) ** 2)\n", 1),
        ("python", "import collections\nprint(int(input()) ** 2)\n", 10),
        ("bash", "read -r n; echo $((n * n))\n", 2),
    ):
        numbers = range(tests)
        outputs = [f"{number**2}\n" for number in numbers]
        task = {"inputs": [f"{number}\n" for number in numbers], "outputs": outputs}
        parsed = parse_task({"verifier": "code", "language": language, "tests": task})
        yield Trace(f"```{language}\n{program}```", parsed, id=f"honest {language}")


def _memory_bytes() -> int:
    """Of everything below this process: memory of its own, not backed by files."""
    pids = (entry.rpartition(" ")[2] for entry in traces.look().processes)
    return sum(_anonymous_bytes(int(pid)) for pid in pids)


def _anonymous_bytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")]
    return sum(map(int, found)) * 1024
