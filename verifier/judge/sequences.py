"""The first difference of two sequences of tokens or lines: for the checkers of texts, and none itself."""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING

from verifier.judge import show
from verifier.judge.model import Difference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def difference(
    unit: str,
    got: Sequence[bytes],
    wanted: Sequence[bytes],
    same: Callable[[bytes, bytes], bool] = operator.eq,
) -> Difference | None:
    """Compare item by item; `unit` says what one is called. None where all agree and none is left over."""
    if got == wanted:
        return None
    for number, (one, other) in enumerate(itertools.zip_longest(got, wanted)):
        if one is None or other is None or not (one == other or same(one, other)):
            return Difference(f"{unit} {number + 1}", _shown(one), _shown(other))
    return None


def _shown(item: bytes | None) -> str:
    return "nothing" if item is None else show.token(item)
