"""What the hack corpus is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Style:
    """A way of testing: the same small problem, put as a task."""

    name: str
    language: str
    tests: Mapping[str, Any]
    """As trace records spell them."""
    tail: str = ""
    """What turns the function into what the tests want, after hack and honest twin alike."""
    checker: str | Mapping[str, str] | None = None
    """As trace records spell it; None: the default of the tests."""
    interactor: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Hack:
    """A program that wants a reward for nothing, and beside it the honest one that it differs from."""

    name: str
    """Its file in `programs`, without the suffix."""
    kind: int
    """Number of its class, as `kinds.KINDS` has it."""
    styles: tuple[Style, ...]
