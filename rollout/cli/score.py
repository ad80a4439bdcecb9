"""`rollout score`: scores trace files.

Checks everything first, then sends records to a service, its own or a named one, and writes scored lines in
input order. Trains nothing, changes no input, and never writes a score for a record that was not judged.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from rollout.access import access_from
from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, SOME_UNJUDGED, exits, run
from rollout.cli.progress import counting, progress_bar
from rollout.client import Client
from rollout.embedded import PATIENT, embedded
from rollout.errors import InputError, JudgingFailed, Problem
from rollout.report.summary import Tally
from rollout.report.terminal import show
from rollout.rows.files import expanded, opened
from rollout.scoring.output import STDOUT, opened_output, problems_of_output
from rollout.scoring.plan import Wanted, check_against, make_plan
from rollout.scoring.ray import cluster
from rollout.scoring.run import score_records
from rollout.tasks.table import TASKS
from rollout.traces.table import FORMATS, format_named

if TYPE_CHECKING:
    from rollout.report.summary import Summary
    from rollout.rows.files import InputFile
    from rollout.scoring.plan import Plan
    from rollout.scoring.run import Judge
    from verifier.v1 import verifier_pb2 as pb


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for."""

    inputs: tuple[str, ...]
    out: str | None
    tasks: str | None
    golds: tuple[str, ...]
    on: str | None
    verifier: str | None
    target: str | None
    resume: bool
    format_name: str | None
    ray: str | None
    workers: int | None

    @property
    def beside(self) -> tuple[str, ...]:
        """Files that are read beside the inputs."""
        return self.golds if self.tasks is None else (*self.golds, self.tasks)


def score(  # noqa: PLR0913, PLR0917  # one for each option
    inputs: options.Traces,
    out: options.Out = None,
    as_json: options.AsJson = False,
    tasks: options.Tasks = None,
    gold: options.Gold = None,
    on: options.On = None,
    verifier: options.Verifier = None,
    target: options.Target = None,
    resume: options.Resume = False,
    format_name: options.Format = None,
    ray: options.Ray = None,
    workers: options.Workers = None,
) -> None:
    """Score trace files: judge every response against its task.

    Example: rollout score traces.jsonl -o scored.jsonl

    Everything is checked before anything runs. Lines come in input order; OUT appears when it is whole.

    Exit codes: 0 all judged, 1 some unjudged, 2 bad usage or bad input, 3 service unreachable.
    """
    console = Console(stderr=True)
    with exits():
        request = Request(
            expanded(inputs), out, tasks, tuple(gold or ()), on, verifier, target, resume, format_name,
            ray, workers,
        )  # fmt: skip
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
    with opened((*request.inputs, *request.beside)) as files:
        inputs, beside = files[: len(request.inputs)], files[len(request.inputs) :]
        with counting("checking", console) as checked:
            plan = make_plan(inputs, _wanted(request, beside), checked)
        for place, reason in plan.left_out.items():
            typer.echo(f"{place}: left out: {reason}", err=True)
        await _judged(plan, request, tally, console)
    return tally.summary(time.monotonic() - began)


def _wanted(request: Request, beside: tuple[InputFile, ...]) -> Wanted:
    count = len(request.golds)
    return Wanted(
        format=None if request.format_name is None else format_named(request.format_name),
        tasks=None if request.tasks is None else beside[count],
        golds=beside[:count],
        on=request.on,
        verifier=request.verifier,
    )


async def _judged(plan: Plan, request: Request, tally: Tally, console: Console) -> None:
    """By a cluster, by the service that is named, or by a private one."""
    if request.ray is not None:
        access = access_from(os.environ)
        async with cluster(request.ray, request.workers, request.target, access) as workers:
            await _send(plan, workers, await workers.capabilities(), request, tally, console)
    elif request.target is not None:
        async with Client(request.target, access=access_from(os.environ)) as client:
            await _introduced(plan, client, request, tally, console)
    else:
        async with embedded() as private, Client(private.target, policy=PATIENT) as client:
            await private.serve(_introduced(plan, client, request, tally, console))
            if JudgingFailed.kind in tally.failure_kinds:
                typer.echo(f"the private verifier's log ends with\n{private.last_words()}", err=True)


async def _introduced(plan: Plan, client: Client, request: Request, tally: Tally, console: Console) -> None:
    capabilities = await client.introduce(
        connect_seconds=options.CONNECT_SECONDS, answer_seconds=options.FIRST_ANSWER_SECONDS
    )
    await _send(plan, client, capabilities, request, tally, console)


async def _send(  # what a run is made of
    plan: Plan,
    judge: Judge,
    capabilities: pb.GetCapabilitiesResponse,
    request: Request,
    tally: Tally,
    console: Console,
) -> None:
    check_against(plan.needs, capabilities)
    ruleset = capabilities.versions.ruleset
    with (
        opened_output(request.out, resume=request.resume) as output,
        progress_bar(plan.records, console) as progressed,
    ):
        await score_records(plan, judge, ruleset, output, tally, progressed)


def _check_usage(request: Request, as_json: bool) -> None:
    """Refuse what cannot be meant.

    Raises:
        InputError: names the option.
    """
    problems = []
    if request.format_name is not None and format_named(request.format_name) is None:
        names = ", ".join(entry.name for entry in FORMATS)
        problems.append(Problem("--format", f"unknown format {request.format_name!r} (known: {names})"))
    if request.on is not None and not request.golds:
        problems.append(Problem("--on", "there is nothing to join without --gold FILE"))
    if request.tasks is not None and request.golds:
        problems.append(Problem("--tasks", "given beside --gold: one of them is too many"))
    if request.verifier is not None and request.verifier not in TASKS:
        problems.append(
            Problem("--verifier", f"unknown verifier {request.verifier!r} (known: {', '.join(TASKS)})")
        )
    if request.target is not None and ":" not in request.target:
        problems.append(Problem("--target", f"{request.target!r} is not HOST:PORT"))
    if request.workers is not None and request.ray is None:
        problems.append(Problem("--workers", "there are none without --ray ADDRESS"))
    if request.out == STDOUT and as_json:
        problems.append(Problem("-o", "scored lines and --json cannot both go to standard output"))
    if request.out is None or request.out == STDOUT:
        if request.resume:
            problems.append(Problem("--resume", "there is nothing to continue without -o OUT"))
    else:
        problems += problems_of_output(request.out, (*request.inputs, *request.beside))
    if problems:
        raise InputError(problems)
