"""The command line as a whole: the table of commands, and one line for people where something fails.

Commands import what they need when they run, so that `--help` and `--version` answer at once.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from verifier.cli import languages, plan, preflight, profile, redteam, serve, simulate, token, top
from verifier.settings import WrongSettings
from verifier.version import PACKAGE, RULESET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMMANDS: Mapping[str, Callable[..., None]] = {
    "serve": serve.serve,
    "preflight": preflight.preflight,
    "languages": languages.languages,
    "redteam": redteam.redteam,
    "token": token.token,
    "top": top.top,
    "plan": plan.plan,
    "simulate": simulate.simulate,
    "profile": profile.profile,
}
"""One file each; a test compares this table with the files."""


def build() -> typer.Typer:
    """The application."""
    app = typer.Typer(
        name="verifier",
        help="A secure verifier service for reinforcement learning from verifiable rewards.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    for name, command in COMMANDS.items():
        app.command(name)(command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"verifier {PACKAGE}, ruleset {RULESET}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the versions.")
    ] = False,
) -> None:
    del version  # its callback has done the work


def main() -> None:
    """Run the command line; a failure is one line on standard error.

    Exit codes: 1 the command failed, 2 wrong usage or settings.
    """
    try:
        build()()
    except WrongSettings as error:
        typer.echo("\n".join(f"verifier: {line}" for line in str(error).splitlines()), err=True)
        sys.exit(2)
    except Exception as error:  # noqa: BLE001 - the outermost door: people get a sentence, not a traceback
        sys.exit(f"verifier: {error or type(error).__name__}")
