"""`verifier languages`: which languages can be judged on this machine. Looks, and runs no program."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from sandbox.languages.table import find_installed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.languages.table import Installed


def languages(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List every known language: its version here, or what to install for it."""
    found = asyncio.run(find_installed())
    if as_json:
        typer.echo(json.dumps({name: dataclasses.asdict(each) for name, each in found.items()}))
    else:
        Console().print(_readable(found))


def _readable(found: Mapping[str, Installed]) -> Table:
    table = Table("language", "version", "to install", box=None)
    for name, each in found.items():
        table.add_row(name, each.version, each.reason)
    return table
