"""Files of rows: JSON Lines, an array, Parquet. Each appears whole or not at all."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from rollout.errors import InputError, Problem
from rollout.scoring.output import STDOUT, opened_file, opened_output
from rollout.text import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rollout.export.formats import Container, Row

_ROWS_AT_ONCE = 64


def write(container: Container, rows: Iterable[Row], out: str) -> int:
    """Write these rows; how many there were.

    Raises:
        InputError: the file cannot be written, or rows do not fit into one table.
    """
    return _WRITERS[container](rows, out)


def _lines(rows: Iterable[Row], out: str) -> int:
    count = 0
    with opened_output(out, resume=False) as output:
        for row in rows:
            output.write(_json(row))
            count += 1
    return count


def _array(rows: Iterable[Row], out: str) -> int:
    count = 0
    with opened_output(out, resume=False) as output:
        for row in rows:
            output.write(f"{',' if count else '['}{_json(row)}")
            count += 1
        output.write("]" if count else "[]")
    return count


def _json(row: Row) -> str:
    return without_surrogates(json.dumps(row, ensure_ascii=False))


def _parquet(rows: Iterable[Row], out: str) -> int:
    if out == STDOUT:
        raise InputError([Problem("--out", "a Parquet table needs a file")])
    try:
        import pyarrow as pa  # noqa: PLC0415  # heavy, and an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise InputError([Problem(out, "Parquet needs rollout-verifier[parquet]")]) from None
    count, rows = 0, (json.loads(_json(row)) for row in rows)  # neither holds lone surrogates
    batch = list(itertools.islice(rows, _ROWS_AT_ONCE))
    table = _table(pa, batch, None, out)
    with opened_file(out, resume=False) as stream, parquet.ParquetWriter(stream, table.schema) as writer:
        while batch:
            writer.write_table(table)
            count += len(batch)
            batch = list(itertools.islice(rows, _ROWS_AT_ONCE))
            table = _table(pa, batch, table.schema, out)
    return count


def _table(pa: Any, rows: list[Row], schema: Any, out: str) -> Any:
    try:
        return pa.Table.from_pylist(rows, schema)
    except (pa.ArrowException, TypeError) as error:
        reason = f"rows do not fit into one table: {str(error).splitlines()[0]}"
        raise InputError([Problem(out, reason)]) from None


_WRITERS: Mapping[Container, Callable[[Iterable[Row], str], int]] = {
    "lines": _lines,
    "array": _array,
    "parquet": _parquet,
}
