"""Plain types that travel as what they were made of: a `Decimal` as its text, a `deque` as its items.

Only exact types of the standard library. A time zone other than a fixed offset has no plain form.
"""

from __future__ import annotations

import builtins
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from verifier.judge.inside.errors import Malformed, NotPlain

if TYPE_CHECKING:
    from collections.abc import Callable

Fields = tuple[object, ...]

PLAIN_TYPES: dict[str, type] = {
    name: getattr(builtins, name)
    for name in (
        "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset",
        "int", "list", "range", "set", "str", "tuple",
    )
}  # fmt: skip
PLAIN_TYPES.update(
    (name, kind)
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException) and kind.__name__ == name
)
"""Types that travel as values themselves, by name: data and exceptions."""

_PLAIN_TYPE_SET = frozenset(PLAIN_TYPES.values())
_FRACTION_BITS = 100_000
"""Making a Fraction divides by the greatest common divisor, in quadratic time: 50 ms at this size."""


def fields_of(value: object) -> Fields | None:
    """The name of a record type and its fields; None where the value is no record.

    Raises:
        NotPlain: a record with a part that cannot travel, such as a default factory of the candidate.
    """
    kind = type(value)
    if kind is type:
        return ("type", value.__name__) if value in _PLAIN_TYPE_SET else None
    known = _NAMES.get(kind)
    return None if known is None else (known, *_RECORDS[known].take(value))


def build(fields: object) -> object:
    """The value with these fields.

    Raises:
        Malformed: no record has them, or it spells them otherwise.
    """
    if type(fields) is not tuple or not fields or type(fields[0]) is not str:
        raise Malformed("a record without a name")
    name, *rest = fields
    if name == "type":
        return _build_type(rest)
    record = _RECORDS.get(name)
    if record is None or len(rest) != len(record.field_types):
        raise Malformed(f"no record {name[:100]!r}")
    if not all(type(field) in kinds for field, kinds in zip(rest, record.field_types)):  # noqa: B905 -- Python 3.9
        raise Malformed(f"a {name} of other parts")  # before making it: bytearray(10**12) is one int away
    try:
        value = record.make(*rest)
        spelled = record.take(value)
    except (TypeError, ValueError, ArithmeticError) as problem:
        raise Malformed(f"no {name}: {problem}") from None
    if not all(map(_same, spelled, rest)):
        raise Malformed(f"a {name} in another spelling")
    return value


def _same(made: object, given: object) -> bool:
    if type(made) in {list, dict}:  # compared by size: their parts may be anybody's, and are as given
        return len(made) == len(given)  # type: ignore[arg-type]
    return made == given or (made != made and given != given)  # noqa: PLR0124 -- NaN


def _build_type(rest: list[object]) -> type:
    if len(rest) != 1 or type(rest[0]) is not str or rest[0] not in PLAIN_TYPES:
        raise Malformed("no plain type")
    return PLAIN_TYPES[rest[0]]


def _factory(value: defaultdict[object, object]) -> object:
    factory = value.default_factory
    if factory is None or (type(factory) is type and factory in _PLAIN_TYPE_SET):
        return factory
    raise NotPlain("a defaultdict whose default is not made by a builtin type")


def _offset(zone: object) -> timedelta | None:
    if zone is None:
        return None
    if type(zone) is not timezone:
        raise NotPlain("a time zone that is not a fixed offset")
    return zone.utcoffset(None)


def _zone(offset: timedelta | None) -> timezone | None:
    return None if offset is None else timezone(offset)


def _clock(value: Any) -> Fields:
    return value.hour, value.minute, value.second, value.microsecond, value.fold, _offset(value.tzinfo)


def _make_time(hour: int, minute: int, second: int, micro: int, fold: int, offset: timedelta | None) -> time:
    return time(hour, minute, second, micro, _zone(offset), fold=fold)


def _take_fraction(value: Fraction) -> Fields:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _FRACTION_BITS:
        raise NotPlain("a Fraction of too many digits")
    return value.numerator, value.denominator


def _make_fraction(numerator: int, denominator: int) -> Fraction:
    if max(numerator.bit_length(), denominator.bit_length()) > _FRACTION_BITS:
        raise ValueError("too many digits")
    return Fraction(numerator, denominator)


def _make_decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as problem:
        raise ValueError(text) from problem


@dataclass(frozen=True)
class _Record:
    """How one type is taken apart and made again."""

    kind: type
    field_types: tuple[tuple[type, ...], ...]
    take: Callable[[Any], Fields]
    make: Callable[..., object]


_INT, _FLOAT, _DICT, _NONE = (int,), (float,), (dict,), type(None)
_INT_OR_NONE = (int, _NONE)
_CLOCK = (_INT, _INT, _INT, _INT, _INT, (timedelta, _NONE))

_RECORDS = {
    "complex": _Record(complex, (_FLOAT, _FLOAT), lambda value: (value.real, value.imag), complex),
    "bytearray": _Record(bytearray, ((bytes,),), lambda value: (bytes(value),), bytearray),
    "range": _Record(range, (_INT, _INT, _INT), lambda value: (value.start, value.stop, value.step), range),
    "slice": _Record(slice, (_INT_OR_NONE,) * 3, lambda value: (value.start, value.stop, value.step), slice),
    "deque": _Record(deque, ((list,), (int, _NONE)), lambda value: (list(value), value.maxlen), deque),
    "OrderedDict": _Record(OrderedDict, (_DICT,), lambda value: (dict(value.items()),), OrderedDict),
    "Counter": _Record(Counter, (_DICT,), lambda value: (dict(value.items()),), Counter),
    "defaultdict": _Record(
        defaultdict, ((type, _NONE), _DICT), lambda value: (_factory(value), dict(value.items())), defaultdict
    ),
    "Decimal": _Record(Decimal, ((str,),), lambda value: (str(value),), _make_decimal),
    "Fraction": _Record(Fraction, (_INT, _INT), _take_fraction, _make_fraction),
    "timedelta": _Record(
        timedelta,
        (_INT, _INT, _INT),
        lambda value: (value.days, value.seconds, value.microseconds),
        timedelta,
    ),
    "date": _Record(date, (_INT, _INT, _INT), lambda value: (value.year, value.month, value.day), date),
    "time": _Record(time, _CLOCK, _clock, _make_time),
    "datetime": _Record(
        datetime, ((date,), (time,)), lambda value: (value.date(), value.timetz()), datetime.combine
    ),
}
"""By name. Each is made of exact types, so that making one costs what its bytes cost."""

MAPPINGS = (OrderedDict, Counter, defaultdict)
_NAMES = {record.kind: name for name, record in _RECORDS.items()}
