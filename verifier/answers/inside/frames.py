"""What passes between the service and a worker: pairs go in as one JSON text, findings come out one line
each.

A line names its pair by position and by a nonce that only this run knows; anything else in a report is
ignored, so that a torn line of a killed worker means nothing. Strict JSON, no object of ours is ever
unpickled.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.answers.inside.budget import Patience

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Question:
    """One pair for the worker. An empty answer asks about the gold alone."""

    nonce: str
    gold: str
    answer: str
    tolerance: float | None


@dataclass(frozen=True)
class Frame:
    """One finding of the worker."""

    index: int
    nonce: str
    finding: str
    cpu_seconds: float


def pack(questions: Sequence[Question], patience: Patience) -> bytes:
    """The payload of a run."""
    pairs = [[q.nonce, q.gold, q.answer, q.tolerance] for q in questions]
    return json.dumps([[patience.soft_seconds, patience.hard_seconds], pairs]).encode()


def unpack(payload: bytes) -> tuple[list[Question], Patience]:
    """The questions of a payload, and how much time each may take."""
    patience, pairs = json.loads(payload)
    return [Question(*fields) for fields in pairs], Patience(*patience)


def line(frame: Frame) -> bytes:
    """One line of the report, to be written at once."""
    return (
        json.dumps([frame.index, frame.nonce, frame.finding, round(frame.cpu_seconds, 6)]) + "\n"
    ).encode()


def read(report: bytes, questions: Sequence[Question]) -> dict[int, Frame]:
    """The first whole and genuine frame of each question."""
    found: dict[int, Frame] = {}
    for text in report.split(b"\n")[:-1]:
        frame = _frame(text)
        if frame is None or not 0 <= frame.index < len(questions):
            continue
        if frame.nonce == questions[frame.index].nonce:
            found.setdefault(frame.index, frame)
    return found


def _frame(text: bytes) -> Frame | None:
    try:
        index, nonce, finding, cpu_seconds = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    if type(index) is not int or not isinstance(nonce, str) or not isinstance(finding, str):
        return None
    if type(cpu_seconds) is not float and type(cpu_seconds) is not int:
        return None
    return Frame(index, nonce, finding, float(cpu_seconds))
