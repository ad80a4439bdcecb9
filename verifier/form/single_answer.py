"""`single_answer`: one final answer and not several to choose from."""

from __future__ import annotations

import re
from typing import Literal

from verifier.answers import extract, thinking
from verifier.form.model import Rule

FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
TAG = re.compile(r"<answer>(?:(?!<answer>).)*?</answer>", re.DOTALL)


class SingleAnswer(Rule):
    """Exactly one final answer after the thoughts: a closed box, a code block, or an `<answer>` tag."""

    marker: Literal["box", "code", "tag"] = "box"

    def broken(self, response: str) -> str | None:
        """See `Rule`."""
        spoken = thinking.spoken(response)
        if spoken is None:
            return "the thoughts never end"
        found = COUNTS[self.marker](spoken[-extract.CHARACTERS :])
        return None if found == 1 else f"{found} final answers"


def _boxes(text: str) -> int:
    return len(extract.boxes(text))


def _blocks(text: str) -> int:
    """Fences come in pairs; one that is never closed marks a block to the end."""
    return -(-sum(1 for _ in FENCE.finditer(text)) // 2)


def _tags(text: str) -> int:
    return sum(1 for _ in TAG.finditer(text))


COUNTS = {"box": _boxes, "code": _blocks, "tag": _tags}
