"""When a returned value equals a JSON value: shared by the checkers of values, and no checker itself.

Values have been decoded from a strict encoding, so their types are exact and `==` runs no foreign code.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from verifier.judge import show
from verifier.judge.model import Difference

if TYPE_CHECKING:
    from collections.abc import Hashable

Number = int | float | Decimal | Fraction
_NUMBERS = frozenset({int, float, Decimal, Fraction})
_SEQUENCES = frozenset({list, tuple})
_MAPPINGS = frozenset({dict, OrderedDict, Counter, defaultdict})
_SCALARS = frozenset({str, bool, type(None)})


Same = Callable[[Any, Any], bool]
"""Whether two numbers are equal; neither is NaN."""


@dataclass(slots=True)
class _Found:
    """Where two values differ: steps from the inside out, and the parts that differ."""

    got: object
    expected: object
    steps: list[str] = field(default_factory=list)


def same_number(one: Number, other: Number) -> bool:
    """Equal in value, exactly."""
    return bool(one == other)


def difference(got: object, expected: object, same: Same) -> Difference | None:
    """The first place where a returned value differs from a JSON value, or None."""
    found = _find(got, expected, same)
    if found is None:
        return None
    where = "the result" + "".join(reversed(found.steps))
    return Difference(
        show.line(where, show.PART_CHARACTERS), show.value(found.got), show.value(found.expected)
    )


def _find(got: Any, expected: Any, same: Same) -> _Found | None:
    kind, wanted = type(got), type(expected)
    if kind in _NUMBERS and wanted in _NUMBERS:
        equal = not is_nan(got) and not is_nan(expected) and same(got, expected)
        return None if equal else _Found(got, expected)
    if kind in _SEQUENCES and wanted is list:
        return _in_sequence(got, expected, same)
    if kind in _MAPPINGS and wanted is dict:
        return _in_mapping(got, expected, same)
    if kind is wanted and kind in _SCALARS and got == expected:
        return None
    return _Found(got, expected)


def _in_sequence(got: list[Any], expected: list[Any], same: Same) -> _Found | None:
    if len(got) != len(expected):
        return _Found(got, expected)
    for number, (one, other) in enumerate(zip(got, expected, strict=True)):
        found = _find(one, other, same)
        if found is not None:
            found.steps.append(f"[{number}]")
            return found
    return None


def _in_mapping(got: dict[Any, Any], expected: dict[str, Any], same: Same) -> _Found | None:
    named = {key_text(name): item for name, item in got.items()}
    if len(named) != len(got) or named.keys() != expected.keys():  # two keys with one text are no JSON object
        return _Found(got, expected)
    for name, other in expected.items():
        found = _find(named[name], other, same)
        if found is not None:
            found.steps.append(f"[{show.value(name)}]")
            return found
    return None


def is_nan(number: Number) -> bool:
    """Whether a number is no number, signalling or not."""
    return number.is_nan() if isinstance(number, Decimal) else number != number  # noqa: PLR0124 -- NaN alone


def key_text(name: object) -> str | None:
    """The text that JSON makes of a dict's key; None where it makes none."""
    if type(name) is str:
        return name
    if name is None or type(name) is bool:
        return {None: "null", True: "true", False: "false"}[name]
    if type(name) is int and name.bit_length() <= _KEY_BITS:
        return str(name)
    return repr(name) if type(name) is float else None


_KEY_BITS = 10_000
"""Some 3,000 digits, below the 4,300 that Python writes."""


def key(value: Any) -> Hashable:
    """Something that is equal for values without `difference`, and for no others."""
    kind = type(value)
    if kind in _NUMBERS:
        return object() if is_nan(value) else ("number", value)
    if kind in _SEQUENCES:
        return ("list", tuple(map(key, value)))
    if kind in _MAPPINGS:
        named = {key_text(name): key(item) for name, item in value.items()}
        return ("dict", frozenset(named.items())) if len(named) == len(value) else object()
    return (kind.__name__, value) if kind in _SCALARS else object()
