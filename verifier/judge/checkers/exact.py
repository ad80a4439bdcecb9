"""`exact`: outputs agree where every byte does, line ends included."""

from __future__ import annotations

from verifier.judge import show
from verifier.judge.model import Checker, Difference, Tolerances


def texts(output: bytes, expected: bytes, _: Tolerances) -> Difference | None:
    """Compare byte by byte."""
    if output == expected:
        return None
    shared = min(len(output), len(expected))
    at = _first_difference(output, expected, shared)
    if at == shared:
        return Difference("the end", f"{len(output)} bytes", f"{len(expected)} bytes")
    return Difference(f"byte {at + 1}", show.token(output[at:]), show.token(expected[at:]))


def _first_difference(one: bytes, other: bytes, end: int) -> int:
    """Halving keeps the comparisons in C: outputs may be 64 MB."""
    start = 0
    while start < end:
        middle = (start + end + 1) // 2
        if one[start:middle] == other[start:middle]:
            start = middle
        elif middle - start == 1:
            return start
        else:
            end = middle
    return start


CHECKER = Checker("exact", "outputs are equal byte for byte", texts=texts)
