"""Which tests are left to `make heavy`: those that wait for compilers of many seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

SLOW_COMPILERS = frozenset({"haskell", "kotlin", "scala"})


def languages(names: Iterable[str]) -> list[object]:
    """Parameters of a test of every language."""
    return [pytest.param(name, marks=pytest.mark.heavy) if name in SLOW_COMPILERS else name for name in names]
