"""Plain values as bytes, and back: how values leave a candidate's process.

A value is plain by its *exact* type; an instance of a subclass is not, since its class may answer `==` as it
likes. Encoding never calls a method that a class of the candidate could define. Decoding builds
values of the types below and nothing else, and takes only bytes that `encode` would have written, so equal
bytes mean equal values and a forger can forge a value but no behaviour.

Not here: what a value means, and how two are compared.

The format: one byte of type, then a length in base 128 (low groups first) where the size varies, then the
content. Sets are sorted by their encodings; dicts keep their order.
"""

from __future__ import annotations

import array
import struct
import sys
from collections.abc import Callable, Iterable
from typing import Any

from verifier.judge.inside import records
from verifier.judge.inside.errors import Malformed, NotPlain

MAX_DEPTH = 100
"""Every level takes four calls, and the recursion limit of whoever calls is 1,000."""
MAX_BYTES = 64 << 20
MAX_VALUES = 2_000_000
"""An empty list is two bytes here and 64 in memory: this bounds what a decoded value costs."""

Refer = Callable[[object], object]
"""Describes a value that is not plain by one that is. Raises NotPlain."""
Resolve = Callable[[object], object]
"""The reverse. Raises Malformed."""

_PACKED_LENGTH = 32
"""Lists of ints from this length on are packed."""
_DOUBLE = struct.Struct(">d")
_NAN = _DOUBLE.pack(float("nan"))


def encode(value: object, refer: Refer | None = None) -> bytes:
    """A plain value as bytes.

    Args:
        value: None, bool, int, float, str, bytes, list, tuple, set, frozenset, dict, or one of `records`.
        refer: describes parts that are not plain; without it they raise.

    Raises:
        NotPlain: says which part, or which limit.
    """
    writer = _Writer(refer)
    try:
        writer.write(value, 0)
    except RecursionError:
        raise NotPlain("nested too deeply") from None
    return b"".join(writer.parts)


def decode(data: bytes, resolve: Resolve | None = None) -> object:
    """The value that `encode` made these bytes of.

    Raises:
        Malformed: it made no such bytes.
    """
    if len(data) > MAX_BYTES:
        raise Malformed("too many bytes")
    reader = _Reader(data, resolve)
    try:
        value = reader.read(0)
    except RecursionError:  # for a caller who is deep in calls already
        raise Malformed("too deep") from None
    if reader.at != len(data):
        raise Malformed("bytes after the value")
    return value


class _Writer:
    def __init__(self, refer: Refer | None) -> None:
        self.parts: list[bytes] = []
        self.refer = refer
        self.bytes_left = MAX_BYTES
        self.values_left = MAX_VALUES

    def write(self, value: object, depth: int) -> None:
        self.count(1)
        if depth > MAX_DEPTH:
            raise NotPlain(f"nested deeper than {MAX_DEPTH} levels, or without end")
        write = _WRITERS.get(type(value))
        if write is not None:
            write(self, value, depth)
        else:
            self._write_record(value, depth)

    def count(self, values: int) -> None:
        self.values_left -= values
        if self.values_left < 0:
            raise NotPlain(f"more than {MAX_VALUES} values")

    def put(self, data: bytes) -> None:
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            raise NotPlain(f"larger than {MAX_BYTES} bytes")
        self.parts.append(data)

    def put_sized(self, tag: bytes, data: bytes) -> None:
        self.put(tag + _size(len(data)))
        self.put(data)

    def put_all(self, tag: bytes, count: int, items: Iterable[object], depth: int) -> None:
        self.put(tag + _size(count))
        for item in items:
            self.write(item, depth + 1)

    def put_sorted(self, tag: bytes, items: list[object], depth: int) -> None:
        before, self.parts = self.parts, []
        encoded = []
        for item in items:
            self.write(item, depth + 1)
            encoded.append(b"".join(self.parts))
            self.parts.clear()
        self.parts = before
        self.parts.append(tag + _size(len(encoded)) + b"".join(sorted(encoded)))

    def _write_record(self, value: object, depth: int) -> None:
        fields = records.fields_of(value)
        if fields is not None:
            self.put(b"R")
            self.write(fields, depth + 1)
        elif self.refer is not None:
            self.put(b"X")
            self.write(self.refer(value), depth + 1)
        else:
            raise NotPlain(f"a value of type {type(value).__name__[:100]} is not plain")


def _write_int(writer: _Writer, value: int, _: int) -> None:
    writer.put_sized(b"I", _int_bytes(value))


def _write_float(writer: _Writer, value: float, _: int) -> None:
    writer.put(b"D" + (_DOUBLE.pack(value) if value == value else _NAN))  # noqa: PLR0124 -- NaN has many encodings


def _write_dict(writer: _Writer, value: dict[object, object], depth: int) -> None:
    items = tuple(value.items())  # at once: another thread of the candidate may be changing it
    writer.put(b"M" + _size(len(items)))
    for key, item in items:
        writer.write(key, depth + 1)
        writer.write(item, depth + 1)


def _write_list(writer: _Writer, value: list[object], depth: int) -> None:
    items = tuple(value)  # at once, as above
    packed = _pack(items)
    if packed is None:
        writer.put_all(b"L", len(items), items, depth)
        return
    writer.count(len(items))
    writer.put_sized(b"P", packed)


def _pack(items: tuple[object, ...]) -> bytes | None:
    """Long lists of machine-sized ints as 64-bit words, at a tenth of the time; None for all others."""
    if len(items) < _PACKED_LENGTH or set(map(type, items)) != {int}:
        return None
    try:
        words: array.array[int] = array.array("q", items)  # type: ignore[arg-type]
    except OverflowError:
        return None
    return _big_endian(words).tobytes()


def _big_endian(words: array.array[int]) -> array.array[int]:
    if sys.byteorder == "little":
        words.byteswap()
    return words


def _int_bytes(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 8) // 8, "big", signed=True)


def _size(number: int) -> bytes:
    groups = bytearray()
    while number > 127:
        groups.append(number & 127 | 128)
        number >>= 7
    groups.append(number)
    return bytes(groups)


_WRITERS: dict[type, Callable[[_Writer, Any, int], None]] = {
    type(None): lambda writer, _value, _depth: writer.put(b"N"),
    bool: lambda writer, value, _depth: writer.put(b"T" if value else b"F"),
    int: _write_int,
    float: _write_float,
    str: lambda writer, value, _depth: writer.put_sized(b"S", value.encode("utf-8", "surrogatepass")),
    bytes: lambda writer, value, _depth: writer.put_sized(b"B", value),
    list: _write_list,
    tuple: lambda writer, value, depth: writer.put_all(b"U", len(value), value, depth),
    set: lambda writer, value, depth: writer.put_sorted(b"E", list(value), depth),
    frozenset: lambda writer, value, depth: writer.put_sorted(b"Z", list(value), depth),
    dict: _write_dict,
}


class _Reader:
    def __init__(self, data: bytes, resolve: Resolve | None) -> None:
        self.data = data
        self.at = 0
        self.resolve = resolve
        self.values_left = MAX_VALUES

    def read(self, depth: int) -> object:
        self.values_left -= 1
        if depth > MAX_DEPTH or self.values_left < 0:
            raise Malformed("too deep, or too many values")
        tag = self.take(1)
        try:
            read = _READERS[tag]
        except KeyError:
            raise Malformed(f"unknown type {tag!r}") from None
        return read(self, depth)

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.data):
            raise Malformed("cut short")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def take_size(self) -> int:
        number = shift = 0
        while True:
            group = self.take(1)[0]
            number |= (group & 127) << shift
            if group < 128:
                break
            shift += 7
            if shift > 63:
                raise Malformed("a size without end")
        if number > len(self.data) - self.at or (shift and not group):
            raise Malformed("a size that is no size")
        return number

    def take_sized(self) -> bytes:
        return self.take(self.take_size())

    def read_all(self, depth: int) -> list[object]:
        return [self.read(depth + 1) for _ in range(self.take_size())]

    def read_sorted(self, depth: int) -> list[object]:
        items, last = [], b""
        for _ in range(self.take_size()):
            start = self.at
            items.append(self.read(depth + 1))
            encoded = self.data[start : self.at]
            if encoded < last:
                raise Malformed("a set out of order")
            last = encoded
        return items


def _read_int(reader: _Reader, _: int) -> int:
    data = reader.take_sized()
    value = int.from_bytes(data, "big", signed=True)
    if _int_bytes(value) != data:
        raise Malformed("an int with idle bytes")
    return value


def _read_float(reader: _Reader, _: int) -> float:
    data = reader.take(8)
    value: float = _DOUBLE.unpack(data)[0]
    if value != value and data != _NAN:  # noqa: PLR0124 -- the test for NaN
        raise Malformed("another NaN")
    return value


def _read_str(reader: _Reader, _: int) -> str:
    try:
        return reader.take_sized().decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise Malformed("a str that is not UTF-8") from None


def _read_list(reader: _Reader, depth: int) -> list[object]:
    items = reader.read_all(depth)
    if _pack(tuple(items)) is not None:
        raise Malformed("a list that should be packed")
    return items


def _read_packed(reader: _Reader, _: int) -> list[int]:
    data = reader.take_sized()
    if len(data) % 8 or len(data) < 8 * _PACKED_LENGTH or len(data) > 8 * reader.values_left:
        raise Malformed("not a packed list")
    reader.values_left -= len(data) // 8
    words = array.array("q")
    words.frombytes(data)
    return _big_endian(words).tolist()


def _read_set(reader: _Reader, depth: int) -> set[object]:
    items = reader.read_sorted(depth)
    try:
        value = set(items)
    except TypeError:
        raise Malformed("a set of unhashable values") from None
    if len(value) != len(items):
        raise Malformed("a set that names a value twice")
    return value


def _read_dict(reader: _Reader, depth: int) -> dict[object, object]:
    count = reader.take_size()
    value: dict[object, object] = {}
    for _ in range(count):
        key = reader.read(depth + 1)
        try:
            value[key] = reader.read(depth + 1)
        except TypeError:
            raise Malformed("an unhashable key") from None
    if len(value) != count:
        raise Malformed("a dict that names a key twice")
    return value


def _read_record(reader: _Reader, depth: int) -> object:
    return records.build(reader.read(depth + 1))


def _read_reference(reader: _Reader, depth: int) -> object:
    description = reader.read(depth + 1)
    if reader.resolve is None:
        raise Malformed("a reference where none may be")
    return reader.resolve(description)


_READERS: dict[bytes, Callable[[_Reader, int], object]] = {
    b"N": lambda _reader, _depth: None,
    b"T": lambda _reader, _depth: True,
    b"F": lambda _reader, _depth: False,
    b"I": _read_int,
    b"D": _read_float,
    b"S": _read_str,
    b"B": lambda reader, _depth: reader.take_sized(),
    b"L": _read_list,
    b"P": _read_packed,
    b"U": lambda reader, depth: tuple(reader.read_all(depth)),
    b"E": _read_set,
    b"Z": lambda reader, depth: frozenset(_read_set(reader, depth)),
    b"M": _read_dict,
    b"R": _read_record,
    b"X": _read_reference,
}
