"""`verifier preflight`: can programs be judged on this machine, and how well are they isolated?

Prints what `sandbox.nsjail.preflight` found; decides nothing.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import TYPE_CHECKING, Annotated

import typer

from verifier.settings import read_settings

if TYPE_CHECKING:
    from sandbox.nsjail.preflight import Finding, Report


def preflight(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run real jails and say what works, what is missing, and how to fix it. Exit code 1 if they fail."""
    from sandbox.nsjail.preflight import preflight as try_jails  # noqa: PLC0415 - loads the whole sandbox
    from verifier.server import pool_settings  # noqa: PLC0415 - loads gRPC

    report = asyncio.run(try_jails(pool_settings(read_settings())))
    typer.echo(_machine_readable(report) if as_json else _readable(report))
    if not report.ok:
        raise typer.Exit(1)


def _machine_readable(report: Report) -> str:
    isolation = None if report.isolation is None else dataclasses.asdict(report.isolation)
    findings = [dataclasses.asdict(finding) for finding in report.findings]
    return json.dumps(
        {"ok": report.ok, "isolation": isolation, "findings": findings}, default=lambda mode: mode.value
    )


def _readable(report: Report) -> str:
    lines = [_line(finding) for finding in report.findings]
    end = "programs can be judged here" if report.ok else "programs must not be judged here"
    return "\n".join([*lines, end])


def _line(finding: Finding) -> str:
    mark = "ok  " if finding.ok else ("FAIL" if finding.needed else "note")
    fix = f"\n     fix: {finding.fix}" if finding.fix else ""
    return f"{mark} {finding.name}: {finding.detail}{fix}"
