"""The outer form of an answer: list, set, tuple, interval, union, labelled value, chain of equalities, words.

Data only, and what one form may also be. `reading` makes shapes of text; `compare` compares them.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Union


class Kind(enum.Enum):
    """What brackets say about order."""

    LIST = "no brackets: order is free, repetition counts"
    SET = "braces: order is free"
    TUPLE = "parentheses: ordered; two elements may be an open interval"
    VECTOR = "one row or column of a matrix: ordered, and no interval"
    BRACKET = "square brackets: ordered; two elements may be a closed interval"


@dataclass(frozen=True)
class Scalar:
    """One value, as text."""

    text: str


@dataclass(frozen=True)
class Words:
    """An answer in words, folded."""

    text: str


@dataclass(frozen=True)
class Group:
    """Several values."""

    kind: Kind
    items: tuple[Shape, ...]


@dataclass(frozen=True)
class Span:
    """An interval; an end is a scalar text, or None where it is infinite."""

    low: str | None
    high: str | None
    low_open: bool
    high_open: bool


@dataclass(frozen=True)
class Pieces:
    """A union of intervals and points."""

    parts: tuple[Shape, ...]


@dataclass(frozen=True)
class Named:
    """A value with the name it was given: `x = 2`, `f(n) = n`, `Maximum: 2`."""

    label: str
    value: Shape


@dataclass(frozen=True)
class Chain:
    """Values claimed to be equal: `1/3 = 2/6 \\approx 0.333`. The first stands for all."""

    values: tuple[Shape, ...]
    near: tuple[Shape, ...] = ()
    """Values that the first is claimed to be approximately."""


@dataclass(frozen=True)
class Equation:
    """An equality with an expression on its left that is not a name."""

    text: str
    right: Shape


@dataclass(frozen=True)
class Pattern:
    """Text that no algebra system reads, such as `1, 4, 9, \\ldots`: alike where it is written alike."""

    text: str


@dataclass(frozen=True)
class Opaque:
    """A form not known here."""

    text: str


Shape = Union[Scalar, Words, Group, Span, Pieces, Named, Chain, Equation, Pattern, Opaque]  # noqa: UP007
"""Any of them; the alias is evaluated, on Python 3.9 too."""

INFINITE = re.compile(r"[+-]? ?\\infty")


def unnamed(shape: Shape) -> Shape:
    """The value without its label."""
    return shape.value if isinstance(shape, Named) else shape


def inner(shape: Shape) -> tuple[Shape, ...]:
    """The shapes inside a shape."""
    if isinstance(shape, Named):
        return (shape.value,)
    if isinstance(shape, Chain):
        return shape.values + shape.near
    if isinstance(shape, Group):
        return shape.items
    return shape.parts if isinstance(shape, Pieces) else ()


def as_span(shape: Shape) -> Shape:
    """A pair in brackets as the interval it may be."""
    if not isinstance(shape, Group) or len(shape.items) != 2 or shape.kind not in {Kind.TUPLE, Kind.BRACKET}:
        return shape
    low, high = shape.items
    if not (isinstance(low, Scalar) and isinstance(high, Scalar)):
        return shape
    is_open = shape.kind is Kind.TUPLE
    return span(low.text, high.text, low_open=is_open, high_open=is_open)


def span(low: str, high: str, *, low_open: bool, high_open: bool) -> Span:
    low_end, high_end = end(low), end(high)
    return Span(low_end, high_end, low_open or low_end is None, high_open or high_end is None)


def end(text: str) -> str | None:
    return None if INFINITE.fullmatch(text) else text
