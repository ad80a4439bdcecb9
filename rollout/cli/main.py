"""The command `rollout`: a table of commands, each loaded when it is called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "sample": "rollout.cli.sample:sample",
    "run": "rollout.cli.run:run_prompts",
    "score": "rollout.cli.score:score",
    "lint": "rollout.cli.lint:lint",
    "select": "rollout.cli.select:select",
    "vote": "rollout.cli.vote:vote",
    "probe": "rollout.cli.probe:probe",
    "report": "rollout.cli.report:report",
    "diff": "rollout.cli.diff:diff",
    "export": "rollout.cli.export:export",
}
"""Where each command is. Its help is the docstring of the function."""


class LazyGroup(TyperGroup):
    """Commands that are imported one by one: `rollout --version` needs no gRPC."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002  # seam
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # noqa: ARG002
        """The command of this name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name].split(":")
        single = typer.Typer(add_completion=False)
        single.command(cmd_name)(getattr(importlib.import_module(module), function))
        return typer.main.get_command(single)


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, rich_markup_mode=None)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(version("rollout-verifier"))
        raise typer.Exit


@app.callback()
def rollout(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Turn model responses into trustworthy rewards."""


def main() -> None:
    """The console script."""
    app()
