"""`floats`: as `tokens` and `json`, but numbers may differ by a tolerance.

A number is close enough where it is within the absolute bound, or within the relative one of the expected
number. That is testlib's rule (`doubleCompare`), except that NaN is close to nothing.
"""

from __future__ import annotations

import math
import re

from verifier.judge import sequences
from verifier.judge.checkers import equality
from verifier.judge.model import Checker, Difference, Tolerances

_NUMBER = re.compile(rb"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_LONGEST = 400
"""Bytes of a token that is read as a number: the largest double has 309 digits."""


def close(one: float, expected: float, tolerances: Tolerances) -> bool:
    """Whether a number is close enough to the expected one."""
    if not (math.isfinite(one) and math.isfinite(expected)):
        return False  # beyond every double, too: 1e400 is not 1e309
    gap = abs(one - expected)
    return gap <= tolerances.absolute or gap <= tolerances.relative * abs(expected)


def texts(output: bytes, expected: bytes, tolerances: Tolerances) -> Difference | None:
    """Compare token by token: equal bytes, or numbers close enough."""
    return sequences.difference(
        "token", output.split(), expected.split(), lambda one, other: _close_texts(one, other, tolerances)
    )


def _close_texts(one: bytes, other: bytes, tolerances: Tolerances) -> bool:
    if max(len(one), len(other)) > _LONGEST or not (_NUMBER.fullmatch(one) and _NUMBER.fullmatch(other)):
        return False
    return close(float(one), float(other), tolerances)


def values(output: object, expected: object, tolerances: Tolerances) -> Difference | None:
    """Compare values as `json` does, numbers close enough at every depth."""

    def same_number(one: equality.Number, other: equality.Number) -> bool:
        try:
            return one == other or close(float(one), float(other), tolerances)
        except OverflowError:  # an int beyond every double
            return False

    return equality.difference(output, expected, same_number)


CHECKER = Checker("floats", "as tokens or json, numbers within a tolerance", texts=texts, values=values)
