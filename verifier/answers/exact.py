"""The fast path: what text and exact arithmetic decide without an algebra system.

It must never disagree with the truth. Where it cannot be sure it is undecided, and the worker decides.
"""

from __future__ import annotations

import functools

from verifier.answers.inside import compare, numeral, scalar, tidy


def equal(gold: str, answer: str, tolerance: float | None = None) -> bool | None:
    """Whether two tidy texts mean the same; None where that takes algebra."""
    if gold == answer:
        return True  # even where it is nonsense, like 0 = 1
    left, right = numeral.read(gold), numeral.read(answer)
    if left and right:
        same = numeral.same(left, right, tolerance)
        if same or not ("," in gold or "," in answer):  # a comma may separate: 1,234 is also two numbers
            return same
    return _otherwise(gold, answer, tolerance)


def is_plain(gold: str) -> bool:
    """Whether a gold is sound without parsing it: a numeral, perhaps with a unit, or letters and digits."""
    return numeral.read(scalar.core(gold) or gold) is not None or gold.replace(" ", "").isalnum()


def _otherwise(gold: str, answer: str, tolerance: float | None) -> bool | None:
    return compare.equal(
        gold, answer, compare.Comparing(functools.partial(_same, tolerance), _unknown, _near)
    )


def _same(tolerance: float | None, gold: str, answer: str) -> bool | None:
    if tidy.squeeze(gold) == tidy.squeeze(answer):
        return True
    left, right = numeral.read(gold), numeral.read(answer)
    return numeral.same(left, right, tolerance) if left and right else None


def _near(exact: str, approximate: str) -> bool | None:
    left, right = numeral.read(exact), numeral.read(approximate)
    return numeral.is_near(left.value, right) if left and right else None


def _unknown(_gold: str, _answer: str) -> None:
    return None
