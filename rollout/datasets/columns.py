"""Reading columns that hold texts of data: JSON, or Python literals where their makers wrote `repr`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError
from rollout.jsontext import loads

if TYPE_CHECKING:
    from rollout.datasets.model import Row

_MOST_SECONDS = 60.0
_LEAST_MEGABYTES, _MOST_MEGABYTES = 64.0, 4096.0
"""What services allow by default; an interpreter alone takes some twenty."""
_SPELLED_LIMIT = re.compile(r"([0-9.]+) (?:seconds?|megabytes?)")
_LITERAL_CHARACTERS = 64 << 20
"""Literals are parsed as Python source, which takes some hundred bytes for each character."""


def column(row: Row, name: str) -> Any:
    """A column's value.

    Raises:
        FieldError: the row has none.
    """
    if row.get(name) is None:
        raise FieldError(name, "missing")
    return row[name]


def text(row: Row, name: str) -> str:
    """A column of text.

    Raises:
        FieldError: it is missing, or something else.
    """
    value = column(row, name)
    if not isinstance(value, str):
        raise FieldError(name, "must be a text")
    return value


def data(row: Row, name: str) -> Any:
    """A column of data, or of text that spells data.

    Raises:
        FieldError: it is missing, or spells none.
    """
    value = column(row, name)
    return spelled(value, name) if isinstance(value, str) else value


def spelled(value: str, field: str) -> Any:
    """What a text spells, in JSON or as a Python literal.

    Raises:
        FieldError: neither.
    """
    try:
        return loads(value)
    except FieldError:
        pass
    try:
        return ast.literal_eval(value[:_LITERAL_CHARACTERS])
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise FieldError(field, "neither JSON nor a Python literal") from None


def limits(cpu_seconds: float | None, memory_mb: float | None) -> dict[str, Any]:
    """The `limits` of a task, within what services allow; nothing where a row sets none."""
    found: dict[str, Any] = {}
    if cpu_seconds:
        found["cpu_seconds"] = min(float(cpu_seconds), _MOST_SECONDS)
    if memory_mb:
        found["memory_mb"] = min(max(float(memory_mb), _LEAST_MEGABYTES), _MOST_MEGABYTES)
    return {"limits": found} if found else {}


def spelled_limit(value: object) -> float | None:
    """The number in `2.0 seconds`; None for any other text, such as `None`."""
    match = _SPELLED_LIMIT.fullmatch(value) if isinstance(value, str) else None
    return float(match[1]) if match else None
