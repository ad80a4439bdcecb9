"""`rollout select`: takes from scored traces what is worth training on."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console

from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, exits
from rollout.cli.progress import counting
from rollout.errors import InputError, Problem
from rollout.rewards import Candidate, Cut, Group, learning_potential, select_by_potential, teaches
from rollout.rows.files import expanded, opened
from rollout.scored import scored_lines
from rollout.scoring.output import opened_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rollout.rows.files import InputFile
    from rollout.scored import Scored

Keep = Literal["teaching", "accepted", "potential"]


def select(  # noqa: PLR0913, PLR0917  # one for each option
    keep: Annotated[
        Keep,
        typer.Argument(
            help="teaching: groups with some right and some wrong; accepted: right responses; "
            "potential: right ones that a student has much to learn from.",
        ),
    ],
    inputs: options.Scored,
    out: options.Out = None,
    min_p: Annotated[
        float, typer.Option(min=0, max=1, help="Only groups whose share of right is at least this.")
    ] = 0,
    max_p: Annotated[
        float, typer.Option(min=0, max=1, help="Only groups whose share of right is at most this.")
    ] = 1,
    per_group: Annotated[
        int | None, typer.Option(min=1, help="accepted: at most so many of each group, the first ones.")
    ] = None,
    logprobs: Annotated[
        str,
        typer.Option(
            metavar="FIELD", help="potential: log-probabilities of the student, a list or their mean."
        ),
    ] = "logprobs",
    edges: Annotated[
        str, typer.Option(metavar="N,N,...", help="potential: lengths at which buckets begin.")
    ] = ",".join(map(str, Cut().edges)),
    shortest: Annotated[int, typer.Option(help="potential: leave shorter ones out.")] = Cut().shortest,
    low: Annotated[float, typer.Option(min=0, max=1, help="potential: share left out below.")] = Cut().low,
    high: Annotated[
        float, typer.Option(min=0, max=1, help="potential: share above which is left out.")
    ] = Cut().high,
    as_json: options.AsJson = False,
) -> None:
    """Take what is worth training on from scored traces.

    Example: rollout select teaching scored.jsonl -o train.jsonl

    Lines stay as they are. teaching drops groups with p = 0 or 1, whose advantages are all 0. accepted is
    rejection sampling. potential ranks right responses within buckets of domain and length by -mean(log p)
    under the student, and takes the middle to the high end. Unjudged responses are never taken.

    Exit codes: 0 done, 2 bad usage or bad input.
    """
    with exits():
        cut = Cut(_edges(edges), shortest, low, high)
        choice = Choice(keep, min_p, max_p, per_group, logprobs, cut)
        summary = _select(expanded(inputs), out, choice)
    typer.echo(json.dumps(summary) if as_json else _said(summary), err=not as_json)
    raise typer.Exit(ALL_JUDGED)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants to keep."""

    keep: Keep
    min_p: float
    max_p: float
    per_group: int | None
    logprobs: str
    cut: Cut

    def admits(self, group: Group) -> bool:
        """Whether a group is one that lines are taken from."""
        return group.p is not None and self.min_p <= group.p <= self.max_p


def _select(names: tuple[str, ...], out: str | None, choice: Choice) -> dict[str, Any]:
    """Write what is kept; the lines are read anew for each thing that has to be known of all of them."""
    kept: Counter[str] = Counter()
    total = 0
    with opened(names) as files, opened_output(out, resume=False) as output:
        groups = _groups(files)
        keeps = _chooser(files, groups, choice)
        with counting("selecting", Console(stderr=True)) as through:
            for position, line in enumerate(scored_lines(files)):
                total += 1
                through()
                if keeps(position, line):
                    output.write(line.text)
                    kept[line.domain] += 1
    return {"records": total, "kept": kept.total(), "domains": dict(kept), "groups": len(groups)}


def _said(summary: dict[str, Any]) -> str:
    domains = ", ".join(f"{domain} {count}" for domain, count in summary["domains"].items())
    return f"{summary['kept']} of {summary['records']} records kept{f' ({domains})' if domains else ''}"


def _chooser(
    files: Iterable[InputFile], groups: dict[str, Group], choice: Choice
) -> Callable[[int, Scored], bool]:
    wanted = {name for name, group in groups.items() if choice.admits(group)}
    if choice.keep == "teaching":
        teaching = {name for name in wanted if teaches(groups[name])}
        return lambda _, line: line.correct is not None and line.group in teaching
    if choice.keep == "accepted":
        taken: Counter[str] = Counter()

        def accepted(_: int, line: Scored) -> bool:
            if not line.correct or line.group not in wanted or taken[line.group] == choice.per_group:
                return False
            taken[line.group] += 1
            return True

        return accepted
    chosen = _by_potential(files, wanted, choice.logprobs, choice.cut)
    return lambda position, _: position in chosen


def _by_potential(files: Iterable[InputFile], wanted: set[str], field: str, cut: Cut) -> set[int]:
    positions, candidates = [], []
    for position, line in enumerate(scored_lines(files)):
        if line.correct and line.group in wanted:
            positions.append(position)
            candidates.append(Candidate(line.domain, line.length, _potential(line, field)))
    return {positions[index] for index in select_by_potential(candidates, cut)}


def _potential(line: Scored, field: str) -> float:
    value = line.fields.get(field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -value
    if isinstance(value, list) and value and all(isinstance(one, int | float) for one in value):
        return learning_potential(value)
    reason = "missing" if value is None else "must be a list of log-probabilities, or their mean"
    raise InputError([Problem(line.place, f"{field}: {reason}")])


def _groups(files: Iterable[InputFile]) -> dict[str, Group]:
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in scored_lines(files):
        count = counts[line.group]
        count[0] += 1
        count[1] += line.correct is not None
        count[2] += line.correct is True
    return {name: Group(*count) for name, count in counts.items()}


def _edges(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(edge) for edge in text.split(",") if edge)
    except ValueError:
        raise InputError([Problem("--edges", f"{text!r} is no list of numbers")]) from None
