"""`rollout diff`: what two scorings of the same traces disagree about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, FINDINGS, exits
from rollout.cli.progress import counting
from rollout.report.compare import compare
from rollout.rows.files import expanded, opened
from rollout.scored import scored_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rollout.report.compare import Comparison, Side
    from rollout.scored import Scored


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A scored file, a folder or a pattern.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another scoring of the same traces.")],
    as_json: options.AsJson = False,
) -> None:
    """Compare two scorings of the same traces.

    Example: rollout diff old.jsonl new.jsonl

    Of two rulesets, two verifiers, or a rerun. Records are the same where id and response are.

    Exit codes: 0 no verdict and no score differs, 1 some do or records are missing, 2 bad usage or bad input.
    """
    console = Console(stderr=True)
    with exits():
        names = [expanded([name]) for name in (before, after)]
        with opened([*names[0], *names[1]]) as files, counting("reading", console) as through:
            first, second = files[: len(names[0])], files[len(names[0]) :]
            found = compare(_told(scored_lines(first), through), _told(scored_lines(second), through))
    if as_json:
        typer.echo(json.dumps(found.to_json()))
    else:
        _show(found)
    raise typer.Exit(FINDINGS if found.changed or found.only_before or found.only_after else ALL_JUDGED)


def _told(lines: Iterator[Scored], through: Callable[[], None]) -> Iterator[Scored]:
    for line in lines:
        through()
        yield line


def _show(found: Comparison) -> None:
    values = found.to_json()
    typer.echo(f"{found.both} records in both, {found.changed} of them scored differently")
    for count, where in ((found.only_before, "A"), (found.only_after, "B")):
        if count:
            typer.echo(f"{count} only in {where}")
    if values["agreement"] is not None:
        typer.echo(
            f"right: {values['accuracy_before']:.1%} in A, {values['accuracy_after']:.1%} in B; "
            f"{found.gained} gained, {found.lost} lost (sign test p = {values['p_value']:.3g})"
        )
    for change in found.examples:
        typer.echo(f"{change.after.place}: {change.id}: {_said(change.before)} -> {_said(change.after)}")
    if found.changed > len(found.examples):
        typer.echo(f"... and {found.changed - len(found.examples)} more")


def _said(side: Side) -> str:
    score = "" if side.score is None else f" {side.score:g}"
    return f"{side.verdict}{score}{f' ({side.detail})' if side.detail else ''}"
