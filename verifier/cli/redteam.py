"""`verifier redteam`: attacks a service the way a policy would, and says what held."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.redteam.hacks.run import Result


def redteam(
    hacks: Annotated[
        bool,
        typer.Option("--hacks", help="Programs that want a reward for nothing, each beside an honest one."),
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="A running service. Without it, a private one is started."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Attack a service with a corpus of hostile programs.

    Exit codes: 0 everything held, 1 something did not, 2 wrong usage.
    """
    if not hacks:
        raise typer.BadParameter("say what to attack with: --hacks")
    from verifier.redteam.hacks import run  # noqa: PLC0415 -- the client's modules, for this command alone

    results = run.run(target)
    failed = [result for result in results if not result.holds]
    if as_json:
        summary = {"programs": len(results), "failed": len(failed), "results": [*map(run.to_json, results)]}
        typer.echo(json.dumps(summary))
    else:
        _show(results, Console())
    raise typer.Exit(1 if failed else 0)


def _show(results: Sequence[Result], console: Console) -> None:
    styles = list(dict.fromkeys((result.style, result.language) for result in results))
    table = Table("style", "language", "hacks", "held", "pay", "twins refused", box=None)
    for style, language in styles:
        rows = [result for result in results if (result.style, result.language) == (style, language)]
        held, pay = sum(not row.pays for row in rows), sum(row.pays for row in rows)
        refused = sum(row.twin_score != 1 for row in rows)
        table.add_row(style, language, str(len(rows)), str(held), str(pay), str(refused))
    console.print(table)
    for outcome in ("pays, as stated", "pays", "twin refused", "not judged"):
        for row in results:
            if row.outcome == outcome:
                console.print(
                    f"{outcome}: {row.hack} ({row.style}, {row.language}) {row.detail}", markup=False
                )
