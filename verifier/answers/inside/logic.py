"""Three-valued truth: True, False, and None for undecided. Undecided never counts as either."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def every(truths: Iterable[bool | None]) -> bool | None:
    """False as soon as one is False; True where all are True."""
    undecided = False
    for truth in truths:
        if truth is False:
            return False
        undecided = undecided or truth is None
    return None if undecided else True


def some(truths: Iterable[bool | None]) -> bool | None:
    """True as soon as one is True; False where all are False."""
    undecided = False
    for truth in truths:
        if truth is True:
            return True
        undecided = undecided or truth is None
    return None if undecided else False
