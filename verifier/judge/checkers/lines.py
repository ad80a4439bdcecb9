"""`lines`: outputs agree where their lines do, whatever whitespace ends a line or the output."""

from __future__ import annotations

from verifier.judge import sequences
from verifier.judge.model import Checker, Difference, Tolerances


def split(output: bytes) -> list[bytes]:
    """Lines without the whitespace at their ends, and without empty lines at the end."""
    rows = [row.rstrip() for row in output.split(b"\n")]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def texts(output: bytes, expected: bytes, _: Tolerances) -> Difference | None:
    """Compare line by line; whitespace at the start of a line and within it counts."""
    return sequences.difference("line", split(output), split(expected))


CHECKER = Checker("lines", "lines are equal, trailing whitespace aside", texts=texts)
