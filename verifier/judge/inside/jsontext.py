"""JSON as tests write it: Python's dialect, with integers of any size."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

_SHORT_DIGITS = 4000
"""Below the 4,300 digits that `int` takes from a text since Python 3.11."""
_MOST_DIGITS = 100_000
"""Making an int of decimal digits takes quadratic time: 0.1 s at this size."""


def parse(text: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none, or too deep.
    """
    try:
        return json.loads(text, parse_int=_parse_int)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _parse_int(digits: str) -> int:
    if len(digits) <= _SHORT_DIGITS:
        return int(digits)
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"an integer of {len(digits)} digits")
    return int(Decimal(digits))
