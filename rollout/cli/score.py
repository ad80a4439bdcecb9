"""`rollout score`: scores trace files.

Checks everything first, then sends records to a service, its own or a named one, and writes scored lines in
input order. Trains nothing, changes no input, and never writes a score for a record that was not judged.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rollout.access import access_from
from rollout.cli.exits import ALL_JUDGED, SOME_UNJUDGED, exits, run
from rollout.cli.progress import progress_bar
from rollout.client import Client
from rollout.embedded import START_SECONDS, embedded
from rollout.errors import InputError, JudgingFailed, Problem
from rollout.report.summary import Tally
from rollout.report.terminal import show
from rollout.retry import RetryPolicy
from rollout.scoring.files import STDIN, opened
from rollout.scoring.output import STDOUT, opened_output, partial_of
from rollout.scoring.plan import check_against, make_plan
from rollout.scoring.run import score_records
from rollout.traces.table import FORMATS, format_named

if TYPE_CHECKING:
    from rollout.report.summary import Summary
    from rollout.scoring.plan import Plan

_PRIVATE = RetryPolicy(patience_seconds=START_SECONDS)
"""A private verifier that died is back when it has started again."""

_FIRST_ANSWER_SECONDS = 5.0
"""How long a named service may take to answer for the first time: somebody waits at the terminal."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for."""

    inputs: tuple[str, ...]
    out: str | None
    tasks: str | None
    target: str | None
    resume: bool
    format_name: str | None


def score(
    inputs: Annotated[list[str], typer.Argument(metavar="IN...", help="Trace files; - is standard input.")],
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="Write scored lines here; - is standard output. Without it, only the summary is printed.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as one JSON object on standard output.")
    ] = False,
    tasks: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Tasks that records name by task_key: {key, task} or a data set's row per line.",
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="A running service. Without it, a private one is started."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue an interrupted run: keep what OUT.partial holds.")
    ] = False,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"Format of the inputs ({', '.join(entry.name for entry in FORMATS)}); told by content.",
        ),
    ] = None,
) -> None:
    """Score trace files: judge every response against its task.

    Example: rollout score traces.jsonl -o scored.jsonl

    Everything is checked before anything runs. Lines come in input order; OUT appears when it is whole.

    Exit codes: 0 all judged, 1 some unjudged, 2 bad usage or bad input, 3 service unreachable.
    """
    request = Request(tuple(inputs), out, tasks, target, resume, format_name)
    console = Console(stderr=True)
    with exits():
        _check_usage(request, as_json)
        summary = run(_score(request, console))
    if as_json:
        typer.echo(json.dumps(summary.to_json()))
    if console.is_terminal or not as_json:
        show(summary, console)
    raise typer.Exit(SOME_UNJUDGED if summary.unjudged else ALL_JUDGED)


async def _score(request: Request, console: Console) -> Summary:
    began = time.monotonic()
    tally = Tally()
    names = request.inputs if request.tasks is None else (*request.inputs, request.tasks)
    with opened(names) as files:
        tasks_file = None if request.tasks is None else files[-1]
        forced = None if request.format_name is None else format_named(request.format_name)
        plan = make_plan(files[: len(request.inputs)], tasks_file, forced)
        if request.target is not None:
            async with Client(request.target, access=access_from(os.environ)) as client:
                await _send(plan, client, request, tally, console)
        else:
            async with embedded() as private, Client(private.target, policy=_PRIVATE) as client:
                await private.serve(_send(plan, client, request, tally, console))
                if JudgingFailed.kind in tally.failure_kinds:
                    typer.echo(f"the private verifier's log ends with\n{private.last_words()}", err=True)
    return tally.summary(time.monotonic() - began)


async def _send(plan: Plan, client: Client, request: Request, tally: Tally, console: Console) -> None:
    capabilities = await client.capabilities(timeout_seconds=_FIRST_ANSWER_SECONDS)
    check_against(plan, capabilities)
    ruleset = capabilities.versions.ruleset
    with (
        opened_output(request.out, resume=request.resume) as output,
        progress_bar(plan.records, console) as progressed,
    ):
        await score_records(plan, client, ruleset, output, tally, progressed)


def _check_usage(request: Request, as_json: bool) -> None:
    """Refuse what cannot be meant.

    Raises:
        InputError: names the option.
    """
    problems = []
    if request.format_name is not None and format_named(request.format_name) is None:
        names = ", ".join(entry.name for entry in FORMATS)
        problems.append(Problem("--format", f"unknown format {request.format_name!r} (known: {names})"))
    if request.target is not None and ":" not in request.target:
        problems.append(Problem("--target", f"{request.target!r} is not HOST:PORT"))
    if request.out == STDOUT and as_json:
        problems.append(Problem("-o", "scored lines and --json cannot both go to standard output"))
    if request.out in (None, STDOUT):
        if request.resume:
            problems.append(Problem("--resume", "there is nothing to continue without -o OUT"))
    else:
        problems += _problems_of_path(request, Path(request.out or ""))
    if problems:
        raise InputError(problems)


def _problems_of_path(request: Request, out: Path) -> list[Problem]:
    if out.is_dir():
        return [Problem(str(out), "is a directory")]
    if not out.absolute().parent.is_dir():
        return [Problem(str(out), "its directory does not exist")]
    written = {out.resolve(), partial_of(str(out)).resolve()}
    read = [name for name in (*request.inputs, request.tasks) if name is not None and name != STDIN]
    overwritten = [name for name in read if Path(name).resolve() in written]
    return [Problem(str(out), f"would overwrite the input {name}") for name in overwritten]
