"""`verifier simulate`: a training run against so many pods, and what can go wrong with it."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from verifier.cli import workload as asked
from verifier.plan import files
from verifier.plan.errors import CannotPlan

if TYPE_CHECKING:
    from verifier.plan.simulation import Run

HEADER = (
    "| pods | scenario | rollouts a step | trainer waits, by step (s) "
    "| wait of a rollout, median and p99 (s) | most waiting | judged twice |\n"
    "|---:|---|---:|---|---|---:|---:|"
)


def simulate(  # noqa: PLR0913, PLR0917  # one for each option
    pods: Annotated[list[int] | None, typer.Option(metavar="COUNT", help="How many; 10 otherwise.")] = None,
    step_seconds: asked.StepSeconds = asked.DEFAULTS.step_seconds,
    mix: asked.Mix = None,
    symbolic: asked.Symbolic = asked.DEFAULTS.symbolic,
    tests: asked.Tests = asked.DEFAULTS.tests,
    test_seconds: asked.TestSeconds = asked.DEFAULTS.test_seconds,
    timeouts: asked.Timeouts = asked.DEFAULTS.timeouts,
    limit_seconds: asked.LimitSeconds = asked.DEFAULTS.limit_seconds,
    cores: asked.Cores = asked.CORES,
    seed: Annotated[int, typer.Option(help="The same, the same result.")] = 0,
    profile: asked.ProfileFile = asked.PROFILE,
    plots: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Draw pods-COUNT.svg for each COUNT there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Simulate steps of training against pods: as planned, a tenth lost, autoscaled, with a single client.

    Example: verifier simulate --pods 10 --pods 100 --plots .
    """
    try:
        from verifier.plan import scenarios, simulation  # noqa: PLC0415 - an extra
    except ImportError:
        raise CannotPlan("simulation needs: pip install 'rollout-verifier[server,plan]'") from None
    measured = files.read(profile)
    step = replace(
        asked.DEFAULTS,
        step_seconds=step_seconds,
        mix=asked.mix_of(mix),
        symbolic=symbolic,
        tests=tests,
        test_seconds=test_seconds,
        timeouts=timeouts,
        limit_seconds=limit_seconds,
    )
    if not as_json:
        typer.echo(HEADER)
    for count in pods or [10]:
        chosen = scenarios.scenarios(measured, step, count, cores, seed)
        runs = [simulation.simulate(measured, scenario) for scenario in chosen]
        for run in runs:
            typer.echo(json.dumps(_machine_readable(count, run)) if as_json else row(count, run))
        if plots is not None:
            _draw(runs, plots / f"pods-{count}.svg")


def _draw(runs: list[Run], path: Path) -> None:
    from verifier.plan import plots  # noqa: PLC0415 - matplotlib takes a second to import

    path.parent.mkdir(parents=True, exist_ok=True)
    plots.draw(runs, path)


def row(pods: int, run: Run) -> str:
    """One line of the table."""
    steps = run.steps
    late = ", ".join(f"{step.late_seconds:.0f}" for step in steps)
    median = max(step.median_wait_seconds for step in steps)
    p99 = max(step.p99_wait_seconds for step in steps)
    most = max(sample.waiting for sample in run.samples)
    repeated = sum(step.repeated for step in steps)
    return (
        f"| {pods:,} | {run.scenario.name} | {steps[0].rollouts:,} | {late} | {median:.1f}, {p99:.0f} "
        f"| {most:,} | {repeated:,} |"
    )


def _machine_readable(pods: int, run: Run) -> dict[str, object]:
    scenario = run.scenario
    return {
        "pods": pods,
        "scenario": scenario.name,
        "pods_at_first": scenario.pods,
        "streams": scenario.streams,
        "clients": scenario.clients,
        "steps": [dataclasses.asdict(step) for step in run.steps],
    }
