"""What charts are drawn from: shares, heights and places, all in percent of the room a chart has.

The page draws them with boxes and lines of its own, so that text keeps its size on a phone, colours follow
the reader's scheme, and the file stays small: plotting libraries bring megabytes of script, or pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.model import Verdict
from rollout.report.gather import begin_of, groups_of
from rollout.report.terminal import MEANINGS
from rollout.rewards import mean_pass_at_k, mgpo_weight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rollout.report.gather import Counts, Gathered
    from rollout.rewards import Group


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its name."""

    label: str
    value: float
    """0 to 100."""
    text: str
    note: str = ""
    kind: str = "right"
    low: float | None = None
    """Of the confidence interval, 0 to 100."""
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A bin of a histogram: right ones below, wrong ones on top of them."""

    label: str
    title: str
    right: float
    """Height, 0 to 100."""
    wrong: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Columns, and the numbers beside them."""

    columns: tuple[Column, ...]
    most: int
    """What the top of the axis stands for: even, so that its middle is a count as well."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve."""

    label: str
    x: float
    """0 to 100, from the left."""
    y: float
    """0 to 100, from below."""
    text: str
    low: float
    high: float


def accuracy(by_name: Mapping[str, Counts]) -> tuple[Bar, ...]:
    """A bar for each domain or difficulty: mean over prompts of the share of right responses."""
    bars = []
    for name, counts in sorted(by_name.items()):
        groups = groups_of(counts)
        interval = mean_pass_at_k(groups, 1)
        if interval is not None:
            judged = sum(group.judged for group in groups)
            note = f"{len(groups)} prompts, {judged} responses"
            low, high = 100 * interval.low, 100 * interval.high
            bars.append(Bar(name, 100 * interval.mean, f"{interval.mean:.1%}", note, low=low, high=high))
    return tuple(bars)


def verdicts(gathered: Gathered) -> tuple[Bar, ...]:
    """A bar for each verdict that occurred."""
    kinds = {Verdict.ACCEPTED: "right", Verdict.UNJUDGED: "none"}
    return tuple(
        Bar(
            label=verdict.value,
            value=100 * count / gathered.records,
            text=f"{count} ({count / gathered.records:.1%})",
            note=MEANINGS[verdict],
            kind=kinds.get(verdict, "wrong"),
        )
        for verdict in Verdict
        if (count := gathered.verdicts[verdict])
    )


def pass_curve(groups: Sequence[Group]) -> tuple[Point, ...]:
    """pass@k for k = 1, 2, 4, ... with its interval, evenly spaced."""
    largest = max((group.judged for group in groups), default=0)
    intervals = [(k, mean_pass_at_k(groups, k)) for k in (2**e for e in range(largest.bit_length()))]
    known = [(k, interval) for k, interval in intervals if interval is not None]
    return tuple(
        Point(
            label=str(k),
            x=100 * index / max(1, len(known) - 1),
            y=100 * interval.mean,
            text=f"{interval.mean:.3f}",
            low=100 * interval.low,
            high=100 * interval.high,
        )
        for index, (k, interval) in enumerate(known)
    )


_THOUSAND = 1000


def number(value: float) -> str:
    """Two digits and a unit: edges of bins are powers of the root of two."""
    for size, name in ((_THOUSAND**2, "M"), (_THOUSAND, "k")):
        if value >= size:
            return f"{_two_digits(value / size)}{name}"
    return _two_digits(value)


def duration(microseconds: float) -> str:
    """Two digits and a unit."""
    for size, name in ((_THOUSAND**2, "s"), (_THOUSAND, "ms")):
        if microseconds >= size:
            return f"{_two_digits(microseconds / size)} {name}"
    return f"{_two_digits(microseconds)} µs"


def histogram(counts: Mapping[bool, Mapping[int, int]], shown: Callable[[float], str] = number) -> Histogram:
    """Columns from the first bin that holds something to the last.

    Args:
        counts: by whether right, by bin.
        shown: the text of an edge.
    """
    bins = {bin_ for series in counts.values() for bin_ in series}
    if not bins:
        return Histogram((), 0)
    span = range(min(bins), max(bins) + 1)
    right, wrong = ({bin_: counts.get(kind, {}).get(bin_, 0) for bin_ in span} for kind in (True, False))
    most = _even(max(right[bin_] + wrong[bin_] for bin_ in span))
    columns = []
    for bin_ in span:
        begin, end = (shown(begin_of(edge)) for edge in (bin_, bin_ + 1))
        title = f"{begin} to {end}: {right[bin_]} right, {wrong[bin_]} wrong"
        columns.append(Column(begin, title, 100 * right[bin_] / most, 100 * wrong[bin_] / most))
    return Histogram(tuple(columns), most)


_STEPS = 10
"""Columns between p = 0 and p = 1, which have one each: their prompts teach nothing."""


def p_distribution(groups: Sequence[Group]) -> Histogram:
    """How many prompts have which share of right responses."""
    counts = [0] * (_STEPS + 2)
    for group in groups:
        if group.p is not None:
            counts[_place(group.p)] += 1
    most = _even(max(counts))
    if not most:
        return Histogram((), 0)
    labels = ["0", ">0", *(f"{step / _STEPS:.1f}" for step in range(1, _STEPS)), "1"]
    spans = ["p = 0", *(f"{s / _STEPS:.1f} to {(s + 1) / _STEPS:.1f}" for s in range(_STEPS)), "p = 1"]
    return Histogram(
        tuple(
            Column(label, f"{span}: {count} prompts", 100 * count / most, 0.0)
            for label, span, count in zip(labels, spans, counts, strict=True)
        ),
        most,
    )


def mgpo_curve(lambda_: float) -> tuple[Point, ...]:
    """The weight of MGPO at the middle of each column of `p_distribution`."""
    places = [0.0, *((step + 0.5) / _STEPS for step in range(_STEPS)), 1.0]
    points = []
    for index, p in enumerate(places):
        weight = mgpo_weight(p, lambda_)
        y = 100 * weight
        points.append(Point(f"{p:.2f}", 100 * (index + 0.5) / len(places), y, f"{weight:.2f}", y, y))
    return tuple(points)


def line(points: Sequence[Point]) -> str:
    """The points of an SVG polyline, in a room of 100 by 100."""
    return " ".join(f"{point.x:.2f},{100 - point.y:.2f}" for point in points)


def band(points: Sequence[Point]) -> str:
    """The points of an SVG polygon between the ends of the intervals."""
    upper = [f"{point.x:.2f},{100 - point.high:.2f}" for point in points]
    lower = [f"{point.x:.2f},{100 - point.low:.2f}" for point in reversed(points)]
    return " ".join([*upper, *lower])


def _place(p: float) -> int:
    if p in (0.0, 1.0):
        return 0 if p == 0.0 else _STEPS + 1
    return 1 + min(_STEPS - 1, int(p * _STEPS))


def _even(count: int) -> int:
    return count + count % 2


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"
