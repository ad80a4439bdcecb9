"""One row of a file, whatever the file is made of: a line, an element of an array, a row of a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rollout.errors import FieldError
from rollout.jsontext import HugeInteger, loads_spelled
from rollout.rows.files import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.rows.files import InputFile

Fields = Mapping[str, Any]
"""The members of a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and where it stands. Broken ones are found when they are read, so that others can go on."""

    number: int
    """From 1: of the line, the element or the row."""
    line: bytes | None = None
    """Its bytes, where it is a line."""
    data: Any = None
    """Its value, where it is none."""

    def text(self) -> str:
        """It as JSON: the line as it stands, or its value written out.

        Raises:
            FieldError: it is not UTF-8.
        """
        return (
            json.dumps(self.data, ensure_ascii=False, default=plain)
            if self.line is None
            else text_of(self.line)
        )

    def fields(self) -> Fields:
        """Its members; numbers with a point know how they were spelt.

        Raises:
            FieldError: it is no JSON object.
        """
        value = self.data if self.line is None else loads_spelled(text_of(self.line).strip())
        if not isinstance(value, dict):
            raise FieldError("", "not a JSON object")
        return value


class Container(Protocol):
    """A way in which a file holds rows."""

    def __call__(self, file: InputFile) -> Iterator[Row]:
        """Every row, in order, with few of them in memory.

        Raises:
            InputError: the file as a whole cannot be read this way.
        """


def plain(value: object) -> object:
    """What JSON can carry of a value that it has no form for: tables hold dates and bytes, too."""
    if isinstance(value, HugeInteger):
        return value.text
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
