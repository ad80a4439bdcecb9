"""`verifier serve`: run the service. Reads the settings; the rest is `verifier.server`."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
from typing import Annotated

import typer

from verifier.settings import read_settings
from verifier.version import PACKAGE, RULESET

_PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""


def serve(
    listen: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="HOST:PORT or unix:/PATH; overrides VERIFIER_LISTEN."),
    ] = None,
    with_parent: Annotated[
        int | None, typer.Option(metavar="PID", help="Stop when this process, which starts it, ends.")
    ] = None,
) -> None:
    """Run the service until SIGTERM. Settings come from VERIFIER_* variables."""
    if with_parent is not None:
        _end_with(with_parent)
    settings = read_settings(listen)
    from verifier import fleet, server  # noqa: PLC0415 - gRPC and the sandbox take a while to import

    whole = server.serve if settings.processes == 1 else fleet.serve
    asyncio.run(whole(settings, _announce))


def _announce(address: str) -> None:
    typer.echo(f"verifier {PACKAGE} (ruleset {RULESET}) is ready on {address}")


def _end_with(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent ends.

    Precisely, when the thread of the parent that started this process ends (prctl(2)). The parent says who it
    is, because it may end before anybody here can ask.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it ended before the kernel was asked
        raise typer.Exit(1)
