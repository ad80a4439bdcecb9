"""`rollout report`: a page that explains the numbers of scored files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, exits
from rollout.cli.progress import counting
from rollout.errors import InputError, Problem
from rollout.report.gather import Gathered
from rollout.report.page import page
from rollout.rows.files import expanded, opened
from rollout.scored import scored_lines


def report(
    inputs: options.Scored,
    out: Annotated[str, typer.Option("--out", "-o", metavar="OUT", help="The page to write.")],
    title: Annotated[str | None, typer.Option(help="Of the page; by default the names of the files.")] = None,
    mgpo_lambda: Annotated[float, typer.Option(min=0, help="Sharpness of the weights of MGPO.")] = 1.0,
) -> None:
    """Write one HTML page that explains scored traces.

    Example: rollout report scored.jsonl -o report.html

    Accuracy, pass@k, verdicts, lengths, times, group statistics, agreement with prior scores, disagreements.
    The page has everything in it: it loads nothing and runs no script, and text of models stays text. Needs
    the extra rollout-verifier[report].

    Exit codes: 0 done, 2 bad usage or bad input.
    """
    console = Console(stderr=True)
    with exits():
        names = expanded(inputs)
        _check(Path(out), names)
        gathered = Gathered()
        with opened(names) as files, counting("reading", console) as through:
            for line in scored_lines(files):
                gathered.add(line)
                through()
        if not gathered.records:
            raise InputError([Problem(", ".join(names), "no records")])
        shown = title or ", ".join(Path(name).name for name in names[:3]) + (
            ", ..." if len(names) > 3 else ""
        )
        Path(out).write_text(page(gathered, shown, mgpo_lambda), "utf-8")
    typer.echo(f"{out}: {gathered.records} records", err=True)
    raise typer.Exit(ALL_JUDGED)


def _check(out: Path, names: tuple[str, ...]) -> None:
    if out.is_dir():
        raise InputError([Problem(str(out), "is a directory")])
    if any(Path(name).resolve() == out.resolve() for name in names):
        raise InputError([Problem(str(out), "would overwrite an input")])
