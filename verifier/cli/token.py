"""`verifier token`: make a bearer token. Keeps nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from verifier.access.tokens import new_token, sha256


def token(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the log calls its holder.")],
    methods: Annotated[
        str, typer.Option(metavar="METHOD,METHOD...", help="Admit to these methods only; by default to all.")
    ] = "",
) -> None:
    """Make a token: prints it on standard output, and its line for VERIFIER_TOKENS on standard error.

    Example: verifier token trainer 2>>tokens >trainer.token
    """
    if not name or any(character.isspace() for character in name):
        raise typer.BadParameter("is one word", param_hint="NAME")
    made = new_token()
    typer.echo(made)
    typer.echo(" ".join(filter(None, (name, sha256(made), methods))), err=True)
