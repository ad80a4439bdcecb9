"""Reading columns that hold texts of data: JSON, or Python literals where their makers wrote `repr`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError
from rollout.jsontext import loads

if TYPE_CHECKING:
    from rollout.datasets.model import Row

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
