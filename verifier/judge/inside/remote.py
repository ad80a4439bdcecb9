"""Stand-ins for objects of the other process. `Remote` forwards everything; `Opaque` trusts nothing.

The test's side holds candidates' objects as `Opaque`: where the test compares one with a value of its own,
the answer is found here and never asked for, or a class whose `__eq__` says yes to everything would pass
every test. What an `Opaque` may tell is its own: attributes, items, length, text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from verifier.judge.inside import operations

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_BASE = object()
"""The object is no instance of a subclass of a plain type."""


class Asker(Protocol):
    """Sends operations to the other process."""

    def ask(self, operation: str, target: int, args: tuple[object, ...], named: dict[str, object]) -> Any:
        """The result of the operation, or its exception."""


class Remote:
    """An object of the other process, which answers everything itself."""

    __slots__ = ("__weakref__", "_remote_base", "_remote_id", "_remote_peer")
    _remote_peer: Asker
    _remote_id: int
    _remote_base: Any

    def __init__(self, peer: Asker, number: int, base: object = NO_BASE) -> None:
        """`base` is what a plain base type holds, where the object's class derives from one."""
        object.__setattr__(self, "_remote_peer", peer)
        object.__setattr__(self, "_remote_id", number)
        object.__setattr__(self, "_remote_base", base)

    def __call__(self, /, *args: object, **named: object) -> object:
        return self._remote_peer.ask(operations.CALL, self._remote_id, args, named)

    def __getattr__(self, name: str) -> object:
        return self._remote_peer.ask(operations.GET, self._remote_id, (name,), {})

    def __setattr__(self, name: str, value: object) -> None:
        self._remote_peer.ask(operations.SET, self._remote_id, (name, value), {})

    def __delattr__(self, name: str) -> None:
        self._remote_peer.ask(operations.DELETE, self._remote_id, (name,), {})

    def __instancecheck__(self, value: object) -> bool:
        return bool(self._remote_peer.ask(operations.IS_INSTANCE, self._remote_id, (value,), {}))

    def __reduce_ex__(self, _: object) -> Any:
        raise TypeError("an object of another process cannot be copied")


def _forwarding(name: str) -> Any:
    def forward(self: Remote, *args: object) -> object:
        return self._remote_peer.ask(name, self._remote_id, args, {})

    forward.__name__ = name
    return forward


for _name in operations.SPECIAL:
    setattr(Remote, _name, _forwarding(_name))


class Opaque(Remote):
    """A candidate's object on the test's side.

    Against values of the test it is equal to none, true, unordered and without arithmetic; an instance of a
    subclass of a plain type takes part as what that base type holds. With other objects of the candidate
    it does as they say, since nobody else could know.
    """

    __slots__ = ("_remote_derived",)
    _remote_derived: bool

    def __init__(self, peer: Asker, number: int, base: object = NO_BASE) -> None:
        """See `Remote`."""
        Remote.__init__(self, peer, number, base)  # no super(): this class has a `__class__` of its own
        object.__setattr__(self, "_remote_derived", False)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return Opaque if self._remote_base is NO_BASE else type(self._remote_base)

    def __getattr__(self, name: str) -> object:
        base = self._remote_base
        if type(base) in _IMMUTABLE and hasattr(base, name):
            return getattr(base, name)  # `startswith` of a subclass of str means that of str
        return Remote.__getattr__(self, name)

    def __hash__(self) -> int:
        return object.__hash__(self) if self._remote_base is NO_BASE else hash(self._remote_base)

    def __bool__(self) -> bool:
        return self._remote_base is NO_BASE or bool(self._remote_base)

    def __contains__(self, value: object) -> bool:
        if self._remote_base is not NO_BASE:
            return value in self._remote_base
        return any(item is value or item == value for item in self)

    def __iter__(self) -> Iterator[object]:
        if self._remote_base is not NO_BASE:
            return iter(self._remote_base)
        return self._remote_peer.ask("__iter__", self._remote_id, (), {})  # type: ignore[no-any-return]

    def __instancecheck__(self, value: object) -> bool:
        return is_opaque(value) and Remote.__instancecheck__(self, value)


_IMMUTABLE = frozenset({int, float, str, bytes, tuple, frozenset})


def is_opaque(value: object) -> bool:
    """Whether this is a stand-in, whatever its `__class__` says."""
    return type(value) is Opaque


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
        return self._remote_peer.ask(name, self._remote_id, (other,), {})

    return method


def _equal(one: Opaque, other: object) -> bool:
    """What the candidate says, unless it calls any odd object equal, too."""
    peer, number = one._remote_peer, one._remote_id
    if peer.ask("__eq__", number, (other,), {}) is not True:
        return False
    try:
        return peer.ask("__eq__", number, (_STRANGER,), {}) is not True
    except Exception:  # an `__eq__` that expects its own kind
        return True


_STRANGER = "no value of any program: 5d0c4f7e"
"""Compared with objects that claim to be equal: one that is equal to this is equal to anything."""


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
        result = self._remote_peer.ask(name, self._remote_id, others, {})
        if all(map(is_opaque, others)):
            return result
        if not is_opaque(result):
            raise TypeError(f"{name} of an object with a value of the test gave a plain value")
        object.__setattr__(result, "_remote_derived", True)
        return result

    return method


def _as_number(name: str) -> Any:
    def method(self: Opaque, *args: object) -> object:
        if self._remote_base is not NO_BASE:
            return operations.NUMBERS[name](self._remote_base, *args)
        if self._remote_derived:
            raise TypeError("an object that was calculated from a value of the test is no number")
        return self._remote_peer.ask(name, self._remote_id, args, {})

    return method


for _table, _make in (
    (operations.COMPARISONS, _compared),
    (operations.ARITHMETIC, _calculated),
    (operations.NUMBERS, _as_number),
):
    for _name in _table:
        setattr(Opaque, _name, _make(_name))
