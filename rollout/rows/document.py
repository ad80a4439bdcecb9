"""Files that are one JSON document: an array of rows, or an object with the rows in one of its members.

Read piece by piece, with one element in memory at a time; such files have gigabytes. Streaming parsers for
Python refuse NaN, which evaluation logs are full of, and forget how a number was spelt, so the elements are
found here with the reader that all of our JSON goes through.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError, InputError, Problem
from rollout.jsontext import spelled_prefix
from rollout.rows.model import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from rollout.rows.files import InputFile
    from rollout.rows.model import Container

_CHUNK_CHARACTERS = 1 << 16
_SPACE = " \t\n\r"


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of object that holds rows."""

    opening: tuple[str, ...]
    """The names of its first members, which tell it from a line of JSON Lines."""
    member: str
    """Where its rows are: an array of them, or an object of arrays of them."""


DOCUMENTS = (
    Document(("version", "status"), "samples"),  # a log of Inspect
    Document(("date", "hash"), "eval"),  # results of EvalPlus
)


def document_in(file: InputFile) -> Container | None:
    """How to read this file, if it is one document; None where it is not.

    An object of no known kind is left to the reader of lines: it may be the first of many.
    """
    with _opened(file) as stream:
        cursor = _Cursor(stream)
        try:
            if cursor.peek() == "[":
                return _rows_of_array
            for kind in DOCUMENTS:
                if cursor.peek() == "{" and cursor.opens_with(kind.opening):
                    return partial(_rows_of_member, kind.member)
        except (FieldError, UnicodeDecodeError):
            return None
    return None


def _rows_of_array(file: InputFile) -> Iterator[Row]:
    with _opened(file) as stream:
        yield from _numbered(file, _Cursor(stream).elements())


def _rows_of_member(member: str, file: InputFile) -> Iterator[Row]:
    with _opened(file) as stream:
        yield from _numbered(file, _below(_Cursor(stream), member))


def _below(cursor: _Cursor, member: str) -> Iterator[Any]:
    for name in cursor.names():
        if name != member:
            cursor.value()
        elif cursor.peek() == "[":
            yield from cursor.elements()
        else:
            for _ in cursor.names():
                yield from cursor.elements()


def _numbered(file: InputFile, values: Iterator[Any]) -> Iterator[Row]:
    number = 0
    try:
        for number, value in enumerate(values, start=1):
            yield Row(number, data=value)
    except FieldError as error:
        raise InputError([Problem(file.place(number + 1), str(error))]) from None
    except UnicodeDecodeError as error:
        raise InputError([Problem(file.name, f"not UTF-8 ({error.reason})")]) from None


def _opened(file: InputFile) -> TextIO:
    return file.path.open(encoding="utf-8-sig", errors="surrogatepass", newline="")


class _Cursor:
    """A place in a JSON text of which only the next piece is in memory."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def value(self) -> Any:
        """The next value."""
        self.peek()
        while True:
            try:
                value, end = spelled_prefix(self._text, self._at)
            except FieldError:
                if not self._more():
                    raise
                continue
            # A number that ends with the piece may go on in the next one.
            if end < len(self._text) or not self._more():
                self._at = end
                return value

    def elements(self) -> Iterator[Any]:
        """The elements of the array that begins here."""
        self._take("[")
        if self.peek() != "]":
            yield self.value()
            while self.peek() == ",":
                self._take(",")
                yield self.value()
        self._take("]")

    def names(self) -> Iterator[str]:
        """The names in the object that begins here; the value of each is to be read before the next name."""
        self._take("{")
        while self.peek() not in ("}", ""):
            name = self.value()
            self._take(":")
            yield name
            if self.peek() == ",":
                self._take(",")
        self._take("}")

    def opens_with(self, opening: tuple[str, ...]) -> bool:
        """Whether the object that begins here does, with plain values; stays where it is."""
        while len(self._text) - self._at < _CHUNK_CHARACTERS and self._more():
            pass
        here, found = self._at, []
        for name in self.names():
            found.append(name)
            if len(found) == len(opening) or self.peek() in ("{", "["):
                break
            self.value()
        self._at = here
        return tuple(found) == opening

    def _take(self, character: str) -> None:
        found = self.peek()
        if found != character:
            raise FieldError("", f"not JSON: {found!r} in place of {character!r}")
        self._at += 1

    def _more(self) -> bool:
        """Read on, as much again as is held: a value of any length is then decoded a few times only."""
        piece = self._stream.read(max(_CHUNK_CHARACTERS, len(self._text) - self._at))
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)
