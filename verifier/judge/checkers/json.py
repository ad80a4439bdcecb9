"""`json`: a returned value is equal to a JSON value, with Python's numbers and without its surprises.

Tuples equal lists at every depth. 1 equals 1.0, but never True. NaN equals nothing. Keys of dicts are
compared as the text that JSON makes of them. Sets, bytes and objects equal no JSON value.
"""

from __future__ import annotations

from verifier.judge.checkers import equality
from verifier.judge.model import Checker, Difference, Tolerances


def values(output: object, expected: object, _: Tolerances) -> Difference | None:
    """Compare a returned value with a JSON value."""
    return equality.difference(output, expected, equality.same_number)


CHECKER = Checker("json", "a returned value equals a JSON value", values=values)
