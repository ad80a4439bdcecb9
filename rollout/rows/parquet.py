"""Parquet tables, some rows at a time. pyarrow is loaded when the first one is opened: few users have any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.errors import InputError, Problem
from rollout.rows.model import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.files import InputFile

_ROWS_AT_ONCE = 8
"""A row with 64 responses of a long thinker has 16 MB."""
_BUFFER_BYTES = 1 << 20
"""Read from a column at a time; without a limit, a row group is read whole."""


def parquet(file: InputFile) -> Iterator[Row]:
    """Every row; columns as plain values."""
    try:
        from pyarrow import ArrowException  # noqa: PLC0415  # heavy, and an extra
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415
    except ImportError:
        raise InputError([Problem(file.name, "Parquet needs rollout-verifier[parquet]")]) from None
    number = 0
    try:
        with ParquetFile(file.path, buffer_size=_BUFFER_BYTES, pre_buffer=False) as table:
            for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(number, data=_named(values))
    except (ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError([Problem(file.name, f"cannot be read as Parquet: {reason}")]) from None


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """Without the column in which pandas keeps its own numbering."""
    return {name: value for name, value in values.items() if not name.startswith("__index_level_")}
