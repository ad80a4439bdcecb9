"""`verifier plan`: pods, cores, memory and money for a training run."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from verifier.cli import workload as asked
from verifier.plan import files, sizing
from verifier.plan.model import PodShape, Prices, Workload

if TYPE_CHECKING:
    from verifier.plan.model import Plan, Profile

_PRICES = Prices()


def plan(  # noqa: PLR0913, PLR0917  # one for each option
    rollouts: Annotated[int, typer.Option(metavar="COUNT", help="Of one step.")] = asked.DEFAULTS.rollouts,
    step_seconds: asked.StepSeconds = asked.DEFAULTS.step_seconds,
    mix: asked.Mix = None,
    symbolic: asked.Symbolic = asked.DEFAULTS.symbolic,
    tests: asked.Tests = asked.DEFAULTS.tests,
    test_seconds: asked.TestSeconds = asked.DEFAULTS.test_seconds,
    timeouts: asked.Timeouts = asked.DEFAULTS.timeouts,
    limit_seconds: asked.LimitSeconds = asked.DEFAULTS.limit_seconds,
    cores: asked.Cores = asked.CORES,
    spare: Annotated[int, typer.Option(metavar="PODS", min=0, help="Beside those that are needed.")] = 1,
    core_price: Annotated[float, typer.Option(metavar="PRICE", help="Of a core for an hour.")] = _PRICES.core,
    gib_price: Annotated[float, typer.Option(metavar="PRICE", help="Of a GiB for an hour.")] = _PRICES.gib,
    profile: asked.ProfileFile = asked.PROFILE,
    values: Annotated[bool, typer.Option("--values", help="Print values for the chart.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say how many pods of the chart a step of training needs, and what they cost.

    Examples: verifier plan --rollouts 8192 --step-seconds 300 --mix math=0.5 --mix python=0.4 --mix cpp=0.1

    verifier plan --values >values.json && helm install verifier helm/verifier -n verifier -f values.json
    """
    measured = files.read(profile)
    step = Workload(
        rollouts, step_seconds, asked.mix_of(mix), symbolic, tests, test_seconds, timeouts, limit_seconds
    )
    processes = sizing.processes_for(sizing.step_cost(measured, step), cores)
    shape = PodShape(cores=cores, processes=processes)
    made = sizing.plan(measured, step, shape, Prices(core_price, gib_price), spare)
    if values:
        typer.echo(json.dumps(sizing.values(made), indent=2))
    elif as_json:
        typer.echo(json.dumps(_machine_readable(made, measured)))
    else:
        Console().print(_readable(made, measured, step))


def _machine_readable(made: Plan, measured: Profile) -> dict[str, object]:
    return {
        "pods": made.pods,
        "pod": {**dataclasses.asdict(made.pod), "memory_mib": made.pod.memory_mib},
        "step": made.step.model_dump(),
        "cores": made.cores,
        "burst_seconds": made.burst_seconds,
        "resident_mib": made.resident_mib,
        "streams": made.streams,
        "hour_price": made.hour_price,
        "step_price": made.step_price,
        "measured": measured.measured.model_dump(),
    }


def _readable(made: Plan, measured: Profile, step: Workload) -> Table:
    pod, where = made.pod, measured.measured
    table = Table(box=None, show_header=False)
    for row in (
        ("pods", f"{made.pods}, each with {pod.cores} cores and slots, {pod.processes} server processes"),
        (
            "memory",
            f"{pod.memory_mib} MiB limit of a pod; about {made.resident_mib:.0f} while programs are small",
        ),
        ("work", f"{made.step.seconds:.0f} core seconds in a step: {made.cores:.1f} cores busy on average"),
        ("a whole step at once", f"judged after {made.burst_seconds:.0f} s, of {step.step_seconds:.0f}"),
        ("streams", f"{made.streams} or more spread work evenly; a client holds 8"),
        ("price", f"{made.hour_price:.2f} for an hour, {made.step_price:.3f} for a step"),
        ("measured", f"{where.when} on {where.machine}, {where.cores} cores, {where.isolation}"),
    ):
        table.add_row(*row)
    return table
