"""`verifier top`: what running services do, live in a terminal. Reads their metrics, and nothing else."""

from __future__ import annotations

import time
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ANSWER_SECONDS = 5.0
"""How long a service may take to show its metrics."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the services' metrics said at one moment."""

    at_seconds: float
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float] = field(default_factory=dict)
    """By name and labels, summed over services."""
    silent: tuple[str, ...] = ()
    """Services that showed nothing."""

    def sum(self, name: str, **labels: str) -> float:
        """Of all samples of a name with these labels among theirs."""
        wanted = set(labels.items())
        return sum(value for (n, have), value in self.samples.items() if n == name and wanted <= have)

    def labels(self, name: str, *keys: str) -> list[tuple[str, ...]]:
        """The values that these labels have, in order."""
        found = {tuple(dict(have).get(key, "") for key in keys) for n, have in self.samples if n == name}
        return sorted(found)


def top(
    targets: Annotated[
        list[str], typer.Argument(metavar="HOST:PORT...", help="Where VERIFIER_METRICS_LISTEN is.")
    ],
    every: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="Between two looks.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Look for that long, print, and end.")] = False,
) -> None:
    """Show what running services judge, how long things wait, and what fails.

    Example: verifier top 127.0.0.1:9464
    """
    console = Console()
    before = look(targets)
    if once:
        time.sleep(every)
        console.print(shown(before, look(targets)))
        return
    with Live(console=console, screen=console.is_terminal, auto_refresh=False) as live:
        while True:
            time.sleep(every)
            now = look(targets)
            live.update(shown(before, now), refresh=True)
            before = now


def look(targets: Sequence[str]) -> Look:
    """Read the metrics of all services."""
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
    silent = []
    for target in targets:
        try:
            with urllib.request.urlopen(f"http://{target}/metrics", timeout=ANSWER_SECONDS) as answer:
                text = answer.read().decode()
        except (OSError, ValueError):
            silent.append(target)
            continue
        for key, value in _samples(text):
            samples[key] = samples.get(key, 0.0) + value
    return Look(time.monotonic(), samples, tuple(silent))


def _samples(text: str) -> Iterable[tuple[tuple[str, frozenset[tuple[str, str]]], float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield (sample.name, frozenset(sample.labels.items())), sample.value


def shown(before: Look, now: Look) -> Group:
    """Two looks as tables."""
    seconds = max(now.at_seconds - before.at_seconds, 1e-9)
    tables = [_lanes(now), _items(before, now, seconds), _failures(before, now, seconds)]
    silent = [f"no metrics at {target}" for target in now.silent]
    return Group(*silent, *tables)


def _lanes(now: Look) -> Table:
    table = Table("lane", "judging", "waiting", box=None, title="turns", title_justify="left")
    for (lane,) in now.labels("verifier_turns_taken", "lane"):
        taken = now.sum("verifier_turns_taken", lane=lane)
        table.add_row(lane, f"{taken:.0f}", f"{now.sum('verifier_turns_waiting', lane=lane):.0f}")
    return table


def _items(before: Look, now: Look, seconds: float) -> Table:
    columns = ("verifier", "language", "per second", "accepted", "queue", "start", "run", "compare")
    table = Table(*columns, box=None, title="items", title_justify="left")
    for verifier, language in now.labels("verifier_judged_total", "verifier", "language"):

        def grown(name: str, verifier: str = verifier, language: str = language, **more: str) -> float:
            of = {"verifier": verifier, "language": language, **more}
            return now.sum(name, **of) - before.sum(name, **of)

        count = grown("verifier_judged_total")
        accepted = grown("verifier_judged_total", verdict="ACCEPTED") / count if count else 0.0
        means = [
            grown(f"verifier_{phase}_seconds_sum") / max(grown(f"verifier_{phase}_seconds_count"), 1.0)
            for phase in ("queue", "start", "run", "compare")
        ]
        shares = [f"{count / seconds:.1f}", f"{accepted:.0%}"] if count else ["0", ""]
        table.add_row(
            verifier, language, *shares, *(f"{mean * 1000:.1f} ms" if count else "" for mean in means)
        )
    return table


def _failures(before: Look, now: Look, seconds: float) -> Table:
    table = Table("status", "per second", "in all", box=None, title="not judged", title_justify="left")
    for (status,) in now.labels("verifier_failed_total", "status"):
        total = now.sum("verifier_failed_total", status=status)
        rate = (total - before.sum("verifier_failed_total", status=status)) / seconds
        table.add_row(status, f"{rate:.1f}", f"{total:.0f}")
    return table
