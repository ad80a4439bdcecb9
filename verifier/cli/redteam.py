"""`verifier redteam`: attacks a service the way a policy would, or its sandbox, and says what held."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.redteam.abuse.campaign import Place, Report
    from verifier.redteam.abuse.model import Abuse
    from verifier.redteam.abuse.model import Result as AbuseResult
    from verifier.redteam.hacks.run import Result


def redteam(
    hacks: Annotated[
        bool,
        typer.Option("--hacks", help="Programs that want a reward for nothing, each beside an honest one."),
    ] = False,
    abuse: Annotated[
        bool,
        typer.Option(
            "--abuse", help="Programs that attack the sandbox, in every privilege situation and launch mode."
        ),
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="For hacks: a running service, called with ROLLOUT_TOKEN_FILE, ROLLOUT_TLS_CA and the like. "
            "Without it, a private one is started.",
        ),
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SITUATION/LAUNCH",
            help="For abuse: only here. `here`, `root`, `user` or `nested` with `template` or `cold`.",
        ),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="PROGRAM", help="For abuse: only this.")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="For abuse: each program in one place, all places in turn.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Attack a service, or its sandbox, with a corpus of hostile programs.

    Exit codes: 0 everything held, 1 something did not, 2 wrong usage.
    """
    if hacks is abuse:
        raise typer.BadParameter("say what to attack with: --hacks or --abuse")
    if hacks:
        failed = _attack_service(target, as_json)
    else:
        failed = _attack_sandbox(_plan(place or [], only or [], once), as_json)
    raise typer.Exit(1 if failed else 0)


def _attack_service(target: str | None, as_json: bool) -> bool:
    from rollout.access import access_from  # noqa: PLC0415 -- the client's modules, for this command alone
    from verifier.redteam.hacks import run  # noqa: PLC0415 -- as above

    results = run.run(target, access=access_from(os.environ if target else {}))
    failed = [result for result in results if not result.holds]
    if as_json:
        summary = {"programs": len(results), "failed": len(failed), "results": [*map(run.to_json, results)]}
        typer.echo(json.dumps(summary))
    else:
        _show(results, Console())
    return bool(failed)


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


def _plan(wanted: Sequence[str], names: Sequence[str], once: bool) -> list[tuple[Place, list[Abuse]]]:
    from verifier.redteam.abuse import campaign, table  # noqa: PLC0415 -- loads the whole sandbox

    unknown = {*names} - {abuse.name for abuse in table.ABUSES}
    if unknown:
        raise typer.BadParameter(f"no such program: {', '.join(sorted(unknown))}", param_hint="--only")
    abuses = [abuse for abuse in table.ABUSES if not names or abuse.name in names]
    try:
        places = [campaign.Place.parse(text) for text in wanted] or campaign.places()
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--place") from None
    return campaign.spread(abuses, places) if once else [(place, abuses) for place in places]


def _attack_sandbox(plan: Sequence[tuple[Place, Sequence[Abuse]]], as_json: bool) -> bool:
    from verifier.redteam.abuse import campaign  # noqa: PLC0415 -- loads the whole sandbox

    progress = Console(stderr=True)

    def tell(result: AbuseResult) -> None:
        state = "; ".join(result.problems) or "contained"
        progress.print(
            f"{result.situation}/{result.launch} {result.abuse}: {state}", markup=False, highlight=False
        )

    report = campaign.run(plan, tell)
    if as_json:
        typer.echo(json.dumps(campaign.to_json(report)))
    else:
        _show_report(report, Console())
    return not report.results or any(not result.contained for result in report.results)


def _show_report(report: Report, console: Console) -> None:
    rows = report.results
    table = Table("situation", "launch", "programs", "contained", "not contained", "seconds", box=None)
    for situation, launch in dict.fromkeys((row.situation, row.launch) for row in rows):
        here = [row for row in rows if (row.situation, row.launch) == (situation, launch)]
        contained = sum(row.contained for row in here)
        seconds = f"{sum(row.seconds for row in here):.0f}"
        table.add_row(situation, launch, str(len(here)), str(contained), str(len(here) - contained), seconds)
    console.print(table)
    for place in report.unavailable:
        console.print(f"no jails in {place}", markup=False)
    for row in rows:
        for problem in row.problems:
            console.print(f"{row.abuse} ({row.situation}, {row.launch}): {problem}", markup=False)
