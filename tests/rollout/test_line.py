"""Records that stand in line for their turn: what they cost while a slow one keeps them."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

from rollout.model import Trace
from rollout.scoring.run import _Line
from rollout.traces.model import Record
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 64
LONG = 1 << 20


def records() -> Iterator[Record]:
    """Long texts with one character that makes Python use four bytes for each of the others."""
    for _ in range(COUNT):
        text = "x" * LONG + "\U0001d7d9"
        yield Record(Trace(text, pb.Task()), f'{{"response": "{text}"}}', "traces.jsonl:1")


async def test_what_stands_in_line_is_held_once_and_in_as_many_bytes_as_its_file_has() -> None:
    """Else the limit on what may stand there would be eight times what it says."""
    line = _Line(records())
    tracemalloc.start()
    try:
        async for _ in line.traces():
            pass
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert COUNT * LONG < held < 1.2 * COUNT * LONG
