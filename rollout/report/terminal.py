"""A summary as a table that needs no manual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from rollout.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from rollout.report.summary import Summary

MEANINGS: Mapping[Verdict, str] = {
    Verdict.ACCEPTED: "right: every test passed, or the answer equals the gold",
    Verdict.WRONG_ANSWER: "judged, and wrong",
    Verdict.NO_ANSWER: "no answer or program found in the response",
    Verdict.COMPILE_ERROR: "the program does not compile",
    Verdict.RUNTIME_ERROR: "the program died, or ended before its tests did",
    Verdict.TIME_LIMIT: "used more processor time than allowed",
    Verdict.MEMORY_LIMIT: "used more memory than allowed",
    Verdict.OUTPUT_LIMIT: "wrote more output than allowed",
    Verdict.IDLE_LIMIT: "slept or waited for too long",
    Verdict.REJECTED: "forbidden by the sandbox, or by a rule about form",
    Verdict.UNJUDGED: "no verdict, so no score: leave these out of training",
}
"""What each verdict says, in plain words."""


def show(summary: Summary, console: Console) -> None:
    """Print the tables and the figures that go with them."""
    console.print(_verdicts(summary))
    if summary.failure_kinds:
        console.print(_failures(summary))
    for line in _figures(summary):
        console.print(Text(line))


def _verdicts(summary: Summary) -> Table:
    table = Table(title=None)
    table.add_column("verdict")
    table.add_column("records", justify="right")
    table.add_column("share", justify="right")
    table.add_column("meaning")
    for name, count in summary.verdicts.items():
        verdict = Verdict(name)
        share = f"{count / summary.records:.1%}"
        table.add_row(Text(name, _style(verdict)), str(count), share, MEANINGS[verdict])
    return table


def _failures(summary: Summary) -> Table:
    table = Table(title=None)
    table.add_column("unjudged because")
    table.add_column("records", justify="right")
    table.add_column("for example")
    for kind, count in summary.failure_kinds.items():
        table.add_row(kind, str(count), Text(summary.failure_reasons.get(kind, "")))
    return table


def _figures(summary: Summary) -> list[str]:
    mean = "none" if summary.mean_score is None else f"{summary.mean_score:.3f}"
    counts = f"{summary.records} records in {summary.groups} groups, {summary.judged} judged"
    figures = [f"{counts}, {summary.accepted} accepted, mean score {mean}, {summary.seconds:.1f} s"]
    if len(summary.pass_at_k) > 1:
        curve = ", ".join(f"pass@{k} {share:.3f}" for k, share in summary.pass_at_k.items())
        figures.append(f"{curve} (chance that one of k samples is right, mean over groups)")
    if asked := summary.second_opinions["asked"]:
        figures.append(f"{asked} second opinions asked for, {summary.second_opinions['accepted']} said yes")
    return figures


def _style(verdict: Verdict) -> str:
    return {Verdict.ACCEPTED: "green", Verdict.UNJUDGED: "yellow"}.get(verdict, "red")
