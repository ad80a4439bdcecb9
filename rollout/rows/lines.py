"""JSON Lines: one object on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.rows.files import lines
from rollout.rows.model import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.files import InputFile


def json_lines(file: InputFile) -> Iterator[Row]:
    """The lines that hold something."""
    return (Row(number, line) for number, line in lines(file))
