"""JSON as its author wrote it.

Python's reader turns `0.10` into `0.1` and `1e3` into `1000.0`; a gold answer must keep its text, and an
output line must repeat its input line. So a record is read for its meaning with the usual reader, golds are
read with numbers as text, and output is put together from the pieces of the input line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError

if TYPE_CHECKING:
    from typing_extensions import Self


class NumberText(str):
    """A number in the spelling of its source."""

    __slots__ = ()


class SpelledFloat(float):
    """A number with a point or an exponent that knows how its author spelt it."""

    text: str

    def __new__(cls, text: str) -> Self:
        """The number of this text."""
        number = super().__new__(cls, text)
        number.text = text
        return number


@dataclass(frozen=True, slots=True)
class HugeInteger:
    """An integer with more digits than Python converts: kept out of arithmetic, and of JSON written by us."""

    text: str


def loads(text: str) -> Any:
    """The value of a JSON text.

    Integers with thousands of digits become `HugeInteger`. Python's `NaN` and `Infinity` are let in, since
    data frames write them.

    Raises:
        FieldError: it is not JSON; says where.
    """
    try:
        return _decode(_PLAIN, text)
    except ValueError:  # the limit of Python on digits
        return _decode(_HUGE, text)


def loads_with_source_numbers(text: str) -> Any:
    """The same, with every number as `NumberText`."""
    return _decode(_SOURCE, text)


def loads_spelled(text: str) -> Any:
    """The same as `loads`, with numbers that are no integers as `SpelledFloat`."""
    return _decode(_SPELLED, text)


def spelled_prefix(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at this position, as `loads_spelled` reads it, and where it ends.

    Raises:
        FieldError: there is no whole one.
    """
    try:
        return _SPELLED.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise FieldError("", f"not JSON: {error.msg}") from None
    except RecursionError:
        raise FieldError("", "not JSON that can be read: nested too deeply") from None


def members(text: str) -> list[tuple[str, str]]:
    """The members of a JSON object as pairs of name and source text, in order. The text must be valid."""
    pairs, position = [], _skip(text, text.index("{") + 1)
    while text[position] == '"':
        name, position = _PLAIN.raw_decode(text, position)
        start = _skip(text, _skip(text, position) + 1)
        _, end = _HUGE.raw_decode(text, start)
        pairs.append((name, text[start:end]))
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return pairs


def without_lone_escapes(text: str) -> str:
    """A JSON text in which escapes of lone surrogates are those of U+FFFD, and pairs are untouched."""
    return _ESCAPES.sub(_mended, text) if "\\ud" in text or "\\uD" in text else text


def one_line(text: str) -> str:
    """A JSON text that every reader takes for one line.

    Some split at U+0085, U+2028 and U+2029 too (`str.splitlines` does). In JSON they occur in strings only,
    where an escape means the same.
    """
    for character in ("\x85", "\u2028", "\u2029"):
        if character in text:
            text = text.replace(character, f"\\u{ord(character):04x}")
    return text


_DIGITS_PYTHON_CONVERTS = 4300
"""`sys.int_info.default_max_str_digits`, which Python 3.10 names only in its later releases."""


def _integer(text: str) -> int | HugeInteger:
    return int(text) if len(text) <= _DIGITS_PYTHON_CONVERTS else HugeInteger(text)


_PLAIN = json.JSONDecoder()
_HUGE = json.JSONDecoder(parse_int=_integer)
_SPELLED = json.JSONDecoder(parse_int=_integer, parse_float=SpelledFloat)
_SOURCE = json.JSONDecoder(parse_int=NumberText, parse_float=NumberText)

_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a pair
    r"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # a lone one
    r"|\\."  # any other escape: its second character must not start another
)
_SPACE = re.compile(r"[ \t\n\r]*")


def _mended(match: re.Match[str]) -> str:
    return "\\ufffd" if match.group(1) else match.group()


def _decode(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise FieldError("", f"not JSON: {error.msg} (column {error.pos + 1})") from None
    except RecursionError:
        raise FieldError("", "not JSON that can be read: nested too deeply") from None


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return position if match is None else match.end()
