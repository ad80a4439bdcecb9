"""`rollout export`: scored traces in the formats of other projects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, exits
from rollout.cli.progress import counting
from rollout.errors import InputError, Problem
from rollout.export.files import write
from rollout.export.formats import EXPORTS
from rollout.export.groups import groups
from rollout.rows.files import expanded, opened
from rollout.scoring.output import STDOUT, problems_of_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rollout.export.formats import ExportFormat, Row
    from rollout.rows.files import InputFile
    from rollout.scored import Scored


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="; ".join(f"{name}: for {entry.read_by}" for name, entry in EXPORTS.items()),
        ),
    ],
    inputs: options.Scored,
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="OUT", help="Write rows here; - is standard output.")
    ],
    as_json: options.AsJson = False,
) -> None:
    """Write scored traces for other programs.

    Example: rollout export messages best.jsonl -o sft.jsonl

    Rows stand in the order in which groups end. A format that says who is right leaves unjudged responses
    out, and the summary counts them. rollout select chooses what is written.

    Exit codes: 0 done, 2 bad usage or bad input.
    """
    with exits():
        if name not in EXPORTS:
            raise InputError([Problem("FORMAT", f"no {name!r}; there are {', '.join(EXPORTS)}")])
        names = expanded(inputs)
        if out != STDOUT and (problems := problems_of_output(out, names)):
            raise InputError(problems)
        summary = _export(EXPORTS[name], names, out)
    typer.echo(json.dumps(summary) if as_json else _said(summary), err=not as_json or out == STDOUT)
    raise typer.Exit(ALL_JUDGED)


def _export(entry: ExportFormat, names: tuple[str, ...], out: str) -> dict[str, Any]:
    summary = {"records": 0, "groups": 0, "left_out": 0}

    def wanted(line: Scored) -> bool:
        unfit = entry.graded and line.correct is None
        summary["left_out"] += unfit
        return not unfit

    def rows(files: Iterable[InputFile], through: Callable[[], None]) -> Iterator[Row]:
        for members in groups(files, wanted):
            summary["groups"] += 1
            summary["records"] += len(members)
            yield from entry.rows(members)
            through()

    with opened(names) as files, counting("writing groups", Console(stderr=True)) as through:
        written = write(entry.container, rows(files, through), out)
    return {**summary, "rows": written}


def _said(summary: dict[str, Any]) -> str:
    more = f", {summary['left_out']} unjudged left out" if summary["left_out"] else ""
    return f"{summary['records']} responses of {summary['groups']} groups in {summary['rows']} rows{more}"
