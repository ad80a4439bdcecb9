"""Scored lines for tests of what is made of them."""

from __future__ import annotations

from typing import Any


def scored(id_: str, group: str, correct: bool | None, **fields: Any) -> dict[str, Any]:
    """A scored line, as far as commands look."""
    return {
        "id": id_,
        "group": group,
        "response": "so it is",
        "task": {"verifier": "math", "answer": "1"},
        "verdict": "UNJUDGED" if correct is None else "ACCEPTED" if correct else "WRONG_ANSWER",
        "score": None if correct is None else float(correct),
        "correct": correct,
        **fields,
    }
