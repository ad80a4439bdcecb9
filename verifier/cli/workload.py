"""Options of `verifier plan` and `verifier simulate`: a workload and the profile it is measured by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verifier.plan import files
from verifier.plan.model import PodShape, Workload

StepSeconds = Annotated[
    float,
    typer.Option(
        metavar="SECONDS", help="In which the rollouts of a step have to be judged, one step after another."
    ),
]
Mix = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND=SHARE",
        help="Share of the rollouts, for each kind: `math`, or a language. Half math, half python otherwise.",
    ),
]
Symbolic = Annotated[
    float, typer.Option(metavar="SHARE", help="Of the math answers: those that need algebra.")
]
Tests = Annotated[float, typer.Option(metavar="COUNT", help="Tests that a program runs, on average.")]
TestSeconds = Annotated[
    float,
    typer.Option(
        metavar="SECONDS", help="Processor time of the program itself in a test (verifier_cpu_seconds)."
    ),
]
Timeouts = Annotated[
    float, typer.Option(metavar="SHARE", help="Of the programs: those that run into the limit.")
]
LimitSeconds = Annotated[float, typer.Option(metavar="SECONDS", help="That limit.")]
Cores = Annotated[int, typer.Option(metavar="COUNT", min=1, help="Cores of a pod, and its slots.")]
ProfileFile = Annotated[
    Path,
    typer.Option(
        metavar="FILE", help="What `verifier profile` printed; one is built in.", show_default=False
    ),
]

DEFAULTS, CORES, PROFILE = Workload(), PodShape().cores, files.DEFAULT


def mix_of(given: list[str] | None) -> dict[str, float]:
    """KIND=SHARE as numbers.

    Raises:
        typer.BadParameter: one is not.
    """
    if not given:
        return dict(DEFAULTS.mix)
    mix = {}
    for each in given:
        kind, _, share = each.partition("=")
        try:
            mix[kind] = float(share)
        except ValueError:
            raise typer.BadParameter(f"--mix: {each} is not KIND=SHARE, as in python=0.5") from None
    return mix
