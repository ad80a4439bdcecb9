"""`tokens`: outputs agree where their whitespace-separated tokens do, byte for byte."""

from __future__ import annotations

from verifier.judge import show
from verifier.judge.model import Checker, Difference, Tolerances


def texts(output: bytes, expected: bytes, _: Tolerances) -> Difference | None:
    """Compare token by token. Whitespace is ASCII's."""
    got, wanted = output.split(), expected.split()
    if got == wanted:
        return None
    for number, (one, other) in enumerate(zip(got, wanted, strict=False)):
        if one != other:
            return Difference(f"token {number + 1}", show.token(one), show.token(other))
    return Difference("the end", f"{len(got)} tokens", f"{len(wanted)} tokens")


CHECKER = Checker("tokens", "whitespace-separated tokens are equal", texts=texts)
