"""`rollout probe`: which checkpoint is best in which domain."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, exits
from rollout.cli.progress import counting
from rollout.errors import InputError, Problem
from rollout.rewards import Group, fusion_weights, mean_over_domains, mean_pass_at_k, specialists
from rollout.rows.files import expanded, opened
from rollout.scored import scored_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rollout.rewards import Interval

Curve = dict[str, "Interval | None"]
"""By domain."""


def probe(
    checkpoints: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=SCORED...",
            help="Checkpoints in order of training, each with its scored file, folder or pattern.",
        ),
    ],
    k: Annotated[
        int, typer.Option("-k", "--k", min=1, help="Samples of a prompt, one of which has to be right.")
    ] = 1,
    as_json: options.AsJson = False,
) -> None:
    """Name the best checkpoint of each domain, by pass@k.

    Example: rollout probe step100=a.jsonl step200=b.jsonl -k 4

    Records name their domain in `domain`. Means are over prompts, the last column over domains. The best of
    each domain, averaged with equal weights, is the fusion that RL of VibeThinker starts from.

    Exit codes: 0 done, 2 bad usage or bad input.
    """
    console = Console(stderr=True)
    with exits():
        curves = {name: _curve(files, k, console) for name, files in _named(checkpoints).items()}
    best = specialists({name: _means(curve) for name, curve in curves.items()})
    weights = fusion_weights(best)
    if as_json:
        typer.echo(json.dumps(_json(curves, k, best, weights)))
    else:
        _show(curves, k, best, weights)
    raise typer.Exit(ALL_JUDGED)


def _named(arguments: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Files by checkpoint; a file alone is called by its own name."""
    named: dict[str, tuple[str, ...]] = {}
    for argument in arguments:
        name, equals, files = argument.partition("=")
        if not equals:
            name, files = Path(argument).name.split(".")[0], argument
        if name in named:
            raise InputError([Problem(argument, f"the checkpoint {name!r} is given twice")])
        named[name] = expanded([files])
    return named


def _curve(names: tuple[str, ...], k: int, console: Console) -> Curve:
    with opened(names) as files, counting("reading", console) as through:
        groups: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for line in scored_lines(files):
            through()
            count = groups[line.domain, line.group]
            count[0] += 1
            count[1] += line.correct is not None
            count[2] += line.correct is True
    domains: defaultdict[str, list[Group]] = defaultdict(list)
    for (domain, _), count in groups.items():
        domains[domain].append(Group(*count))
    return {domain: mean_pass_at_k(found, k) for domain, found in sorted(domains.items())}


def _means(curve: Curve) -> dict[str, float | None]:
    return {domain: None if interval is None else interval.mean for domain, interval in curve.items()}


def _json(
    curves: Mapping[str, Curve], k: int, best: Mapping[str, str], weights: Mapping[str, float]
) -> dict[str, Any]:
    checkpoints = {
        name: {
            "domains": {domain: interval and asdict(interval) for domain, interval in curve.items()},
            "mean": mean_over_domains(_means(curve)),
        }
        for name, curve in curves.items()
    }
    return {"k": k, "checkpoints": checkpoints, "best": dict(best), "fusion_weights": dict(weights)}


def _show(curves: Mapping[str, Curve], k: int, best: Mapping[str, str], weights: Mapping[str, float]) -> None:
    domains = sorted({domain for curve in curves.values() for domain in curve})
    table = Table(title=None)
    for heading in (f"pass@{k}", *domains, "mean"):
        table.add_column(Text(heading), justify="left" if heading == f"pass@{k}" else "right")
    for name, curve in curves.items():
        cells = [_cell(curve.get(domain), best.get(domain) == name) for domain in domains]
        mean = mean_over_domains(_means(curve))
        table.add_row(Text(name), *cells, "-" if mean is None else f"{mean:.3f}")
    console = Console()
    console.print(table)
    fusion = ", ".join(f"{weight:.3f} {name}" for name, weight in weights.items())
    console.print(Text(f"* best of its domain; equal fusion of the best: {fusion or 'none'}"))


def _cell(interval: Interval | None, best: bool) -> str:
    if interval is None:
        return "-"
    return f"{interval.mean:.3f} ±{(interval.high - interval.low) / 2:.3f}{'*' if best else ''}"
