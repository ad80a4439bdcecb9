"""`tokens`: outputs agree where their whitespace-separated tokens do, byte for byte."""

from __future__ import annotations

from verifier.judge import sequences
from verifier.judge.model import Checker, Difference, Tolerances


def texts(output: bytes, expected: bytes, _: Tolerances) -> Difference | None:
    """Compare token by token. Whitespace is ASCII's."""
    return sequences.difference("token", output.split(), expected.split())


CHECKER = Checker("tokens", "whitespace-separated tokens are equal", texts=texts)
