"""`verifier profile`: measures what judging takes on this machine, for `verifier plan`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer


def profile(
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="LANGUAGE", help="Measure this language; all that are installed otherwise."),
    ] = None,
) -> None:
    """Measure the processor time of answers and programs on this machine, and print it as JSON.

    Starts a private service. Takes some seconds for each language, more for slow compilers.

    Example: verifier profile --only python --only cpp >profile.json
    """
    from verifier.plan import measure  # noqa: PLC0415 -- the client's modules, for this command alone

    found = asyncio.run(measure.measure(only or [], lambda what: typer.echo(f"measuring: {what}", err=True)))
    typer.echo(found.model_dump_json(indent=2))
