"""Pictures of simulated runs. Needs matplotlib; the same runs make the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verifier.plan.simulation import Run

_WIDTH, _HEIGHT = 7.5, 6.0
_SHOWN = 1.25
"""What takes longer than the first run by more than this is cut off: its curve would squeeze the others."""


def draw(runs: Sequence[Run], path: Path) -> None:
    """Runs of the same number of pods, one curve each: what waits, how many pods, how busy they are.

    Args:
        runs: the first one says how long is shown.
        path: of the SVG file.
    """
    until_minutes = _SHOWN * runs[0].samples[-1].seconds / 60
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    waiting, pods, busy = figure.subplots(3, 1, sharex=True)
    for run in runs:
        shown = [sample for sample in run.samples if sample.seconds / 60 <= until_minutes]
        minutes = [sample.seconds / 60 for sample in shown]
        waiting.plot(minutes, [sample.waiting for sample in shown], label=run.scenario.name, linewidth=1)
        pods.plot(minutes, [sample.pods for sample in shown], linewidth=1)
        busy.plot(minutes, [sample.busy for sample in shown], linewidth=1)
    waiting.set(ylabel="items waiting", yscale="symlog", ylim=(0, None))
    pods.set(ylabel="pods ready", ylim=(0, None))
    busy.set(ylabel="share of cores busy", ylim=(0, 1.05), xlabel="minutes")
    figure.legend(loc="outside upper center", ncols=len(runs), frameon=False)
    with mpl.rc_context({"svg.hashsalt": "verifier", "svg.fonttype": "none"}):
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
