"""Answers that want to hang, kill or fool whoever checks them, each with the gold it is checked against."""

from __future__ import annotations

from dataclasses import dataclass

from tests.verifier.answers.tables import cases

CPU_SECONDS = 2.0
"""The most that any of them may cost."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One of them."""

    kind: str
    gold: str
    response: str
    right: bool
    """Whether it happens to be right, so that accepting it is no mistake."""


def attacks() -> list[Attack]:
    """All of them. A response is written as texts, each with how often it is repeated."""
    return [
        Attack(
            row["kind"], row["gold"], "".join(text * times for text, times in row["response"]), row["right"]
        )
        for row in cases("adversarial")
    ]
