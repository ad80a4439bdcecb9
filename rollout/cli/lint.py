"""`rollout lint`: finds what would make scores of these files worthless, before anything is scored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, FINDINGS, exits, run
from rollout.cli.progress import counting
from rollout.cli.service import asking
from rollout.errors import InputError, Problem
from rollout.golds.join import read_golds
from rollout.lint.ask import Golds
from rollout.lint.run import lint as look
from rollout.lint.table import MEANINGS, UNPARSABLE
from rollout.rows.files import expanded, opened
from rollout.traces.model import Beside
from rollout.traces.table import format_named

if TYPE_CHECKING:
    from rollout.lint.model import Item
    from rollout.lint.run import Report


def lint(  # noqa: PLR0913, PLR0917  # one for each option
    inputs: options.Traces,
    gold: options.Gold = None,
    on: options.On = None,
    verifier: options.Verifier = None,
    format_name: options.Format = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE", help=f"A rule to leave out; may be repeated. Rules: {', '.join(MEANINGS)}."
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="A running service, to be asked whether it can use the golds."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Look for mistakes in traces, golds, prompts and tests.

    Example: rollout lint aime25.parquet traces.jsonl

    Exit codes: 0 nothing found, 1 something found, 2 bad usage or bad input, 3 service unreachable.
    """
    console = Console(stderr=True)
    with exits():
        _check(ignore or [], format_name)
        names, golds = expanded(inputs), tuple(gold or ())
        asked = Golds()
        with opened((*names, *golds)) as files, counting("looking", console) as looked:

            def looked_at(item: Item) -> None:
                looked()
                if target is not None:
                    asked.note(item)

            joined = read_golds(files[len(names) :], on, verifier) if golds else None
            beside = Beside(golds=joined, verifier=verifier)
            chosen = None if format_name is None else format_named(format_name)
            report = look(files[: len(names)], beside, chosen, ignore or (), looked_at)
        if target is not None and UNPARSABLE not in (ignore or ()):
            run(_ask(asked, target, report))
    if as_json:
        typer.echo(json.dumps(report.to_json()))
    else:
        _show(report)
    raise typer.Exit(FINDINGS if report.counts else ALL_JUDGED)


async def _ask(golds: Golds, target: str, report: Report) -> None:
    async with asking(target) as client:
        async for finding in golds.ask(client):
            report.add(UNPARSABLE, finding)


def _check(ignored: list[str], format_name: str | None) -> None:
    problems = [Problem("--ignore", f"unknown rule {name!r}") for name in ignored if name not in MEANINGS]
    if format_name is not None and format_named(format_name) is None:
        problems.append(Problem("--format", f"unknown format {format_name!r}"))
    if problems:
        raise InputError(problems)


def _show(report: Report) -> None:
    """One line for each example, in the form that editors understand."""
    for rule, count in report.counts.most_common():
        typer.echo(f"{rule} ({count}): {MEANINGS[rule]}")
        for one in report.examples[rule]:
            typer.echo(f"  {one.place}: {one.reason}")
        if count > len(report.examples[rule]):
            typer.echo(f"  ... and {count - len(report.examples[rule])} more")
    typer.echo(f"{report.counts.total() or 'nothing'} found in {report.items} items")
