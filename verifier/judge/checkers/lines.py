"""`lines`: outputs agree where their lines do, whatever whitespace ends a line or the output."""

from __future__ import annotations

from verifier.judge import show
from verifier.judge.model import Checker, Difference, Tolerances


def split(output: bytes) -> list[bytes]:
    """Lines without the whitespace at their ends, and without empty lines at the end."""
    rows = [row.rstrip() for row in output.split(b"\n")]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def texts(output: bytes, expected: bytes, _: Tolerances) -> Difference | None:
    """Compare line by line; whitespace at the start of a line and within it counts."""
    got, wanted = split(output), split(expected)
    if got == wanted:
        return None
    for number, (one, other) in enumerate(zip(got, wanted, strict=False)):
        if one != other:
            return Difference(f"line {number + 1}", show.token(one), show.token(other))
    return Difference("the end", f"{len(got)} lines", f"{len(wanted)} lines")


CHECKER = Checker("lines", "lines are equal, trailing whitespace aside", texts=texts)
