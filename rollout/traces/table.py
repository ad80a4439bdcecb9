"""Every format of trace files, in the order in which they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.errors import FieldError
from rollout.jsontext import loads
from rollout.traces.native import Native

if TYPE_CHECKING:
    from rollout.traces.model import TraceFormat

FORMATS: tuple[TraceFormat, ...] = (Native(),)


def format_named(name: str) -> TraceFormat | None:
    """The format of this name; None where there is none."""
    return next((entry for entry in FORMATS if entry.name == name), None)


def detect(first_line: str) -> TraceFormat:
    """The format of a file, told by its first record.

    Raises:
        FieldError: it is of none; says what was looked for.
    """
    value = loads(first_line)
    looked_for = "; ".join(f"{entry.name}: {entry.signs}" for entry in FORMATS)
    if isinstance(value, dict):
        for entry in FORMATS:
            if entry.recognises(value):
                return entry
    raise FieldError("", f"not a record of a known format (looked for {looked_for})")
