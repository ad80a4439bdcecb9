"""Math traces as training leaves them behind: long, in groups of eight, some cut off at 64K tokens.

Made, not stored: a record follows from its number, and so does whether it is right.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GROUP = 8
_LONGEST = 256 << 10
"""Characters: 64K tokens of four each."""
_MEDIAN = 13_000
_SPREAD = 0.8
"""Lengths are log-normal: with these the mean is 20 KB, and one in a hundred is as long as may be."""
_LONGEST_SHARE = 0.01
_WORDS = (
    "so", "then", "we", "have", "√2", "x²", "therefore", "wait,", "let", "me", "check", "that", "again:",
    "\\frac{1}{3}", "因此", "\\boxed{", "}", "is", "prime", "mod", "13", "≤", "suppose", "n = 4k + 1,\n",
    "π", "hence", "the", "sum",
)  # fmt: skip
_ANSWERS = (
    ("204", "204", True),
    ("204", "203", False),
    ("\\frac{1}{2}", "0.5", True),
    ("3\\sqrt{2}", "2\\sqrt{3}", False),
    ("-17", "-17", True),
    ("1001", "No idea.", False),
)
"""Gold, what is boxed, whether it is right."""
_ALGEBRA = ("x^2+2x+1", "(x+1)^2", True)
_ALGEBRA_SHARE = 0.02
"""Most golds of competitions are numbers; algebra costs a jailed worker some milliseconds."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file of traces."""

    path: Path
    records: int
    bytes: int


def make(path: Path, records: int) -> Made:
    """Write so many."""
    with path.open("w", encoding="utf-8") as stream:
        for record in _records(records):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    return Made(path, records, path.stat().st_size)


def expected(record: dict[str, Any]) -> bool:
    """Whether a record of this kind is right, as its maker knows."""
    return bool(record["right"])


def _records(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)
    thoughts = " ".join(chance.choices(_WORDS, k=_LONGEST // 3))
    for number in range(count):
        longest = chance.random() < _LONGEST_SHARE
        length = _LONGEST if longest else min(_LONGEST, int(chance.lognormvariate(0, _SPREAD) * _MEDIAN))
        gold, answer, right = (
            _ALGEBRA if chance.random() < _ALGEBRA_SHARE else _ANSWERS[number % len(_ANSWERS)]
        )
        cut_off = longest and number % 2 == 0
        start = chance.randrange(len(thoughts) - length) if length < len(thoughts) else 0
        end = "" if cut_off else f"</think>\nThe answer is \\boxed{{{answer}}}."
        yield {
            "id": str(number),
            "group": f"problem-{number // GROUP}",
            "response": f"<think>{thoughts[start : start + length]}{end}",
            "domain": "math",
            "task": {"verifier": "math", "answer": gold},
            "finish_reason": "length" if cut_off else "stop",
            "right": right and not cut_off,
        }
