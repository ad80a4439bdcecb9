"""One HTML page with everything in it: it loads nothing, runs nothing, and shows text of models as text.

Model text is hostile: every value is escaped, and the page forbids itself scripts, pictures, forms and the
network, so that what slipped through would still do nothing. jinja2 is loaded when the first page is written.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rollout.errors import InputError, Problem
from rollout.report import charts
from rollout.report.gather import EXAMPLES, RIGHT_FROM, groups_of
from rollout.rewards import mean_pass_at_k

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rollout.report.gather import Example, Gathered

CELLS = ((True, True), (True, False), (False, True), (False, False))
"""What a prior score says, and what the verifier says."""


def page(gathered: Gathered, title: str, lambda_: float) -> str:
    """The page.

    Args:
        gathered: what it shows.
        title: of it.
        lambda_: of the weights of MGPO.

    Raises:
        InputError: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # an extra
    except ImportError:
        raise InputError([Problem("rollout report", "needs rollout-verifier[report]")]) from None
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = files("rollout.report").joinpath("page.html.j2").read_text("utf-8")
    return environment.from_string(source).render(_values(gathered, title, lambda_))


def _values(gathered: Gathered, title: str, lambda_: float) -> dict[str, Any]:
    groups = groups_of(gathered.groups)
    curve, weights = charts.pass_curve(groups), charts.mgpo_curve(lambda_)
    return {
        "title": title,
        "tiles": _tiles(gathered),
        "domains": charts.accuracy(gathered.domains),
        "difficulties": charts.accuracy(gathered.difficulties),
        "verdicts": charts.verdicts(gathered),
        "failures": gathered.failures.most_common(),
        "curve": curve,
        "curve_line": charts.line(curve),
        "curve_band": charts.band(curve),
        "lengths": charts.histogram(gathered.lengths),
        "length_unit": "tokens" if gathered.in_tokens else "characters",
        "times": charts.histogram(gathered.times, charts.duration),
        "p": charts.p_distribution(groups),
        "weights_line": charts.line(weights),
        "lambda_": lambda_,
        "agreement": _agreement(gathered),
        "right_from": RIGHT_FROM,
        "disagreements": _disagreements(gathered),
        "most_examples": EXAMPLES,
    }


def _tiles(gathered: Gathered) -> list[tuple[str, str]]:
    groups = groups_of(gathered.groups)
    judged = sum(group.judged for group in groups)
    mean = mean_pass_at_k(groups, 1)
    kept = sum(0 < group.accepted < group.judged for group in groups)
    return [
        ("records", f"{gathered.records:,}"),
        ("prompts", f"{len(groups):,}"),
        ("pass@1", "none" if mean is None else f"{mean.mean:.1%}"),
        ("unjudged", f"{gathered.records - judged:,}"),
        ("prompts with 0 < p < 1", f"{kept:,}"),
    ]


def _agreement(gathered: Gathered) -> dict[str, Any] | None:
    total = gathered.agreement.total()
    if not total:
        return None
    same = sum(count for (prior, ours), count in gathered.agreement.items() if prior == ours)
    cells = {
        f"{'right' if prior else 'wrong'}_{'right' if ours else 'wrong'}": gathered.agreement[prior, ours]
        for prior, ours in CELLS
    }
    return {"total": total, "share": f"{same / total:.1%}", **cells}


def _disagreements(gathered: Gathered) -> Sequence[Example]:
    return [example for pair in CELLS for example in gathered.examples[pair]]
