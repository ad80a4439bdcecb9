"""Runs the abuse corpus in every place that this machine can give: a process for each, in its situation."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.model import LaunchMode
from verifier.redteam import situations
from verifier.redteam.abuse import traces
from verifier.redteam.abuse.model import Result
from verifier.redteam.situations import Situation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from verifier.redteam.abuse.model import Abuse

_REASON_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A privilege situation, and a way of starting jails in it."""

    situation: Situation
    launch: LaunchMode

    @classmethod
    def parse(cls, text: str) -> Place:
        """From `SITUATION/LAUNCH`.

        Raises:
            ValueError: there is no such situation or way.
        """
        situation, _, launch = text.partition("/")
        return cls(Situation(situation), LaunchMode(launch))

    def __str__(self) -> str:
        """As `parse` takes it."""
        return f"{self.situation.value}/{self.launch.value}"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of everything."""

    results: tuple[Result, ...]
    unavailable: tuple[str, ...]
    """Places where no jail works, each with the reason."""


def places() -> list[Place]:
    """All that this process can bring about."""
    return [
        Place(situation, launch)
        for situation in situations.possible()
        for launch in LaunchMode
        if launch is not LaunchMode.NONE
    ]


def spread(abuses: Sequence[Abuse], everywhere: Sequence[Place]) -> list[tuple[Place, list[Abuse]]]:
    """Each program in one place, in turn."""
    return [(place, list(abuses[at :: len(everywhere)])) for at, place in enumerate(everywhere)]


def run(
    plan: Sequence[tuple[Place, Sequence[Abuse]]], tell: Callable[[Result], None] = lambda _: None
) -> Report:
    """Run programs where they are planned, one place after the other.

    Those that are planned only where no jail works are run in the first place where jails do.

    Args:
        plan: places, and what to run there.
        tell: called with each result when it is there.

    Raises:
        RuntimeError: one of the processes failed.
    """
    traces.adopt_orphans()
    before = traces.look()
    results: list[Result] = []
    available, unavailable = list[Place](), list[str]()

    def attack(place: Place, names: Sequence[str]) -> None:
        try:
            for result in _run_in(place, names):
                results.append(result)
                tell(result)
        except _NotHere as reason:
            unavailable.append(f"{place}: {reason}")
            return
        available.append(place)
        left = traces.more(before, traces.look())
        if left:
            results.append(_afterwards(place, left))

    for place, abuses in plan:
        attack(place, [abuse.name for abuse in abuses])
    ran = {result.abuse for result in results}
    homeless = list(dict.fromkeys(each.name for _, abuses in plan for each in abuses if each.name not in ran))
    if homeless and available:
        attack(available[0], homeless)
    return Report(tuple(results), tuple(unavailable))


class _NotHere(Exception):
    """No jail works in this place."""


def _run_in(place: Place, names: Sequence[str]) -> Iterator[Result]:
    """In a process of its own.

    Raises:
        _NotHere: no jail works there.
        RuntimeError: the process failed.
    """
    module = ("-m", "verifier.redteam.abuse", place.situation.value, place.launch.value)
    command = situations.command(place.situation, (sys.executable, *module, *names))
    with tempfile.TemporaryFile("w+") as said:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as process:  # noqa: S603 -- ourselves
            for line in process.stdout or ():
                fields = json.loads(line)
                yield Result(**{**fields, "problems": tuple(fields["problems"])})
        said.seek(0)
        last = said.read().strip()
    if process.returncode == situations.REFUSED_STATUS:
        raise _NotHere(last.rpartition("\n")[2])
    if process.returncode:
        raise RuntimeError(f"{place}: {last[-_REASON_CHARACTERS:]}")


def _afterwards(place: Place, left: list[str]) -> Result:
    problems = tuple(f"left behind: {trace}" for trace in left)
    return Result(place.situation.value, place.launch.value, "all of them", "", problems, 0.0)


def to_json(report: Report) -> dict[str, object]:
    """A report as a JSON object."""
    return {
        "programs": len(report.results),
        "failed": sum(not result.contained for result in report.results),
        "unavailable": list(report.unavailable),
        "results": [
            {**dataclasses.asdict(result), "contained": result.contained} for result in report.results
        ],
    }
