"""What an object of the candidate may decide in a test: the test's side holds each as an `Opaque`.

A test learns plain values from the candidate, and those are claims: sent before the test compares them, and
compared on the test's side. An object can be asked again and again, and whoever asks tells it something.
Hence

- against a value of the test it is never asked: it is equal to none, unordered, and arithmetic between the
  two yields no number. An instance of a subclass of a plain type takes part as what that type holds;
- attributes, items, length, text and the results of its methods are claims like all others;
- whether it is true, contains something, has a hash, or is equal to another object of the candidate, is
  asked only of *objects under test*: instances that the test itself makes of a class it names, and results
  of operators on those. Such a name begins with a capital letter, so that few functions under test can pose
  as one. Objects reached from these may be compared with others of the candidate, too. All other objects are
  true, contain what iterating them yields, equal themselves alone, and lack the methods by which texts and
  sets answer yes or no;
- that two objects are equal is believed of those that are not equal to everything: to a stranger, or, once
  the test is over, to an instance made with other arguments. That one comes before another is believed if
  the other does not come before it, too.

What is left to the candidate is what the test leaves to it: one that compares nothing but two answers of the
candidate passes a class that sees through the controls, as it passes functions that return 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from verifier.judge.inside import operations, variations
from verifier.judge.inside.remote import NO_BASE, Asker, Remote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

UNKNOWN, RELATED, UNDER_TEST = range(3)
"""How an object came to the test: from a function; from an object under test; as one itself."""


class Made(NamedTuple):
    """How the test made an object."""

    make: Callable[..., object]
    args: tuple[object, ...]
    named: dict[str, object]


class Opaque(Remote):
    """A candidate's object on the test's side."""

    __slots__ = ("_remote_derived", "_remote_is_class", "_remote_made", "_remote_standing")
    _remote_derived: bool
    """Calculated from a value of the test."""
    _remote_is_class: bool
    """Named by the test as a class."""
    _remote_standing: int
    _remote_made: Made | None

    def __init__(self, peer: Asker, number: int, base: object = NO_BASE) -> None:
        """See `Remote`."""
        Remote.__init__(self, peer, number, base)  # no super(): this class has a `__class__` of its own
        _set(self, derived=False, is_class=False, standing=UNKNOWN, made=None)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return Opaque if self._remote_base is NO_BASE else type(self._remote_base)

    def _remote_ask(self, operation: str, /, *args: object, **named: object) -> Any:
        result = self._remote_peer.ask(operation, self._remote_id, args, named)
        if is_opaque(result) and result._remote_standing < RELATED and self._remote_standing:
            _set(result, standing=RELATED)
        return result

    def __call__(self, /, *args: object, **named: object) -> object:
        result = self._remote_ask(operations.CALL, *args, **named)
        if self._remote_is_class and is_opaque(result) and result._remote_standing != UNDER_TEST:
            _set(result, standing=UNDER_TEST, made=Made(self, args, named))
        return result

    def __getattr__(self, name: str) -> object:
        base, says_yes = self._remote_base, name in operations.PREDICATES
        says_yes = says_yes and self._remote_standing != UNDER_TEST
        if hasattr(base, name) and (says_yes or type(base) in _IMMUTABLE):
            return getattr(base, name)  # `startswith` of a subclass of str means that of str
        if says_yes:
            raise AttributeError(f"{name!r}: only objects under test answer yes or no by themselves")
        return self._remote_ask(operations.GET, name)

    def __hash__(self) -> int:
        if self._remote_base is not NO_BASE:
            return hash(self._remote_base)
        if self._remote_standing != UNDER_TEST or self._remote_is_class:
            return object.__hash__(self)
        return hash(self._remote_ask("__hash__"))

    def __bool__(self) -> bool:
        if self._remote_base is not NO_BASE:
            return bool(self._remote_base)
        return self._remote_standing != UNDER_TEST or bool(self._remote_ask("__bool__"))

    def __deepcopy__(self, _: object) -> object:
        return self._remote_ask("__deepcopy__")  # what was copied already is no business of the candidate's

    def __contains__(self, value: object) -> bool:
        if self._remote_base is not NO_BASE:
            return value in self._remote_base
        if self._remote_standing == UNDER_TEST:
            return bool(self._remote_ask("__contains__", value))
        return any(item is value or item == value for item in self)

    def __iter__(self) -> Iterator[object]:
        if self._remote_base is not NO_BASE:
            return iter(self._remote_base)
        return self._remote_ask("__iter__")  # type: ignore[no-any-return]

    def __instancecheck__(self, value: object) -> bool:
        return is_opaque(value) and Remote.__instancecheck__(self, value)


_IMMUTABLE = frozenset({int, float, str, bytes, tuple, frozenset})


def _set(one: Opaque, **slots: object) -> None:
    for name, value in slots.items():
        object.__setattr__(one, f"_remote_{name}", value)


def is_opaque(value: object) -> bool:
    """Whether this is a stand-in, whatever its `__class__` says."""
    return type(value) is Opaque


def named(value: object, name: str) -> object:
    """A value that the test named: what is called like a class makes objects under test."""
    if is_opaque(value) and name.lstrip("_")[:1].isupper():
        _set(value, is_class=True, standing=UNDER_TEST)  # type: ignore[arg-type]
    return value


def worth_believing(equal: Sequence[tuple[object, object]]) -> bool:
    """Whether pairs of objects that passed for equal because their class said so were told from others.

    Asked once the test is over, which thus never meets the objects made here.
    """
    pairs: Any = equal[:_TRIED]
    return all(_tells_apart(one, other) and _tells_apart(other, one) for one, other in pairs)


_TRIED = 50
"""Pairs of a test; the others have classes that were tried."""


def _tells_apart(kept: Opaque, other: Opaque) -> bool:
    """Whether an object differs from one that was made like `other` but for one argument.

    An object that can be made in no other way says nothing, and is taken at its word.
    """
    made, tried = other._remote_made, 0
    for args, named_args in variations.of_call(made.args, made.named) if made else ():
        try:
            decoy = made.make(*args, **named_args)  # type: ignore[union-attr]
            if not is_opaque(decoy) or decoy is kept or decoy is other:
                continue
            if kept._remote_ask("__eq__", decoy) is not True:
                return True
            tried += 1
        except Exception:  # of the candidate's: that was no argument for this class
            continue
    return tried == 0


def _as_plain(value: Any) -> Any:
    """What takes the part of a value in a comparison; the stand-in itself where it has no plain base."""
    if is_opaque(value) and value._remote_base is not NO_BASE:
        return value._remote_base
    return value


def _compared(name: str) -> Any:
    compare = operations.COMPARISONS[name]

    def method(self: Opaque, other: object) -> Any:
        mine, theirs = _as_plain(self), _as_plain(other)
        if mine is not self and not is_opaque(theirs):
            return compare(mine, theirs)
        if not is_opaque(other):
            return NotImplemented
        if name == "__eq__":
            return self is other or _equal(self, other)
        if name == "__ne__":
            return self is not other and not _equal(self, other)
        return _comes_first(name, self, other)

    return method


def _may_ask(one: Opaque, other: Opaque) -> bool:
    return one._remote_standing != UNKNOWN or other._remote_standing != UNKNOWN


def _equal(one: Opaque, other: Any) -> bool:
    """What the candidate says, unless it calls any odd object equal, too."""
    if not _may_ask(one, other) or one._remote_ask("__eq__", other) is not True:
        return False
    try:
        if one._remote_ask("__eq__", _STRANGER) is True:
            return False
    except Exception:  # an `__eq__` that expects its own kind
        pass
    one._remote_peer.believed.append((one, other))
    return True


_STRANGER = "no value of any program: 5d0c4f7e"
"""Compared with objects that claim to be equal: one that is equal to this is equal to anything."""


def _comes_first(name: str, one: Opaque, other: Any) -> Any:
    """An order that the candidate says, unless it says the same the other way round."""
    if not _may_ask(one, other):
        return NotImplemented
    answer = one._remote_ask(name, other)
    if answer is True and other._remote_ask(name, one) is True:
        return name in ("__le__", "__ge__") and _equal(one, other)
    return answer


def _calculated(name: str) -> Any:
    """Arithmetic with a value of the test may yield another object, but no plain value.

    `abs(f(x) - 4) < 1e-6` would else be answered by the candidate, who is told the 4.
    """
    calculate = operations.ARITHMETIC[name]

    def method(self: Opaque, *others: Any) -> Any:
        values = tuple(_as_plain(other) for other in others)
        mine = _as_plain(self)
        if mine is not self and not any(map(is_opaque, values)):
            return calculate(mine, *values)
        result = self._remote_ask(name, *others)
        if self._remote_standing == UNDER_TEST:
            return _under_test(result)
        if all(map(is_opaque, others)):
            return result
        if not is_opaque(result):
            raise TypeError(f"{name} of an object with a value of the test gave a plain value")
        _set(result, derived=True)
        return result

    return method


def _under_test(result: Any) -> Any:
    if is_opaque(result):
        _set(result, standing=UNDER_TEST)
    return result


def _as_number(name: str) -> Any:
    def method(self: Opaque, *args: object) -> object:
        if self._remote_base is not NO_BASE:
            return operations.NUMBERS[name](self._remote_base, *args)
        if self._remote_derived:
            raise TypeError("an object that was calculated from a value of the test is no number")
        return self._remote_ask(name, *args)

    return method


for _table, _make in (
    (operations.COMPARISONS, _compared),
    (operations.ARITHMETIC, _calculated),
    (operations.NUMBERS, _as_number),
):
    for _name in _table:
        setattr(Opaque, _name, _make(_name))
