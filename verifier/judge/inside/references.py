"""How objects that are not plain cross between two processes: by number, and the owner keeps the object.

A description is a plain tuple, and says whose the object is, as the sender sees it:

    ("mine", number)             an object of the sender
    ("mine", number, base)       one whose class derives from a plain type, with what that type holds
    ("class", number, name, base)  an exception class of the sender, and the builtin one it derives from
    ("yours", number)            an object of the receiver, coming home
    ("std", module, name)        a function or class of the standard library; each side has its own

Exception classes become real classes here, so that `except` works on both sides.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from verifier.judge.inside import records, remote
from verifier.judge.inside.errors import Malformed, NotPlain

MakeRemote = Callable[[int, object], remote.Remote]

_BASES: dict[type, Callable[[Any], object]] = {
    int: int.__pos__,
    float: float.__pos__,
    str: lambda value: str.__getitem__(value, slice(None)),
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    list: lambda value: list(list.__iter__(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
}
"""What a plain type holds, read with its own methods and none of a subclass."""


def plain_base(value: object) -> object:
    """What a plain type holds in an instance of its subclass; `remote.NO_BASE` for all others."""
    for kind in type(value).__mro__[1:]:
        if kind in _BASES:
            return _BASES[kind](value)
    return remote.NO_BASE


class References:
    """The numbers of both sides' objects, as one side keeps them."""

    def __init__(self, make_remote: MakeRemote, hands_out: Callable[[object], bool], std: bool) -> None:
        """`hands_out`: which objects may be given a number. `std`: whether to name the standard library's."""
        self._make_remote = make_remote
        self._hands_out = hands_out
        self._std = std
        self._mine: list[object] = []
        self._numbers: dict[int, int] = {}
        self._theirs: dict[int, object] = {}
        self._their_classes: dict[type, int] = {}

    def mine(self, number: object) -> object:
        """An object of this side by its number.

        Raises:
            Malformed: there is none.
        """
        if type(number) is not int or not 0 <= number < len(self._mine):
            raise Malformed("no such object")
        return self._mine[number]

    def describe(self, value: object) -> object:
        """How the other side is told of a value that is not plain.

        Raises:
            NotPlain: the other side may not have it.
        """
        if issubclass(type(value), remote.Remote):
            return "yours", value._remote_id  # type: ignore[attr-defined]
        if isinstance(value, type) and value in self._their_classes:
            return "yours", self._their_classes[value]
        if self._std and _is_std(value):
            return "std", value.__module__, value.__qualname__  # type: ignore[attr-defined]
        if not self._hands_out(value):
            raise NotPlain(f"a value of type {type(value).__name__[:100]} cannot be handed out")
        if isinstance(value, type) and issubclass(value, Exception):
            return "class", self._number(value), value.__name__, builtin_exception(value)
        base = plain_base(value)
        own = ("mine", self._number(value))
        return own if base is remote.NO_BASE else (*own, base)

    def _number(self, value: object) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._mine)
            self._mine.append(value)  # which also keeps its id from being used again
        return number

    def resolve(self, description: object) -> object:
        """What a description of the other side stands for.

        Raises:
            Malformed: nothing.
        """
        if type(description) is not tuple or len(description) < 2:
            raise Malformed("no description")
        kind, *rest = description
        if kind == "yours" and len(rest) == 1:
            return self.mine(rest[0])
        if kind == "std" and not self._std and len(rest) == 2:
            return _std(*rest)
        if type(rest[0]) is not int or rest[0] < 0:
            raise Malformed("no number")
        if kind == "mine" and len(rest) <= 2:
            return self._stand_in(*rest)
        if kind == "class" and len(rest) == 3:
            return self._exception_class(*rest)
        raise Malformed("an unknown description")

    def _stand_in(self, number: int, base: object = remote.NO_BASE) -> object:
        known = self._theirs.get(number)
        if base is not remote.NO_BASE or known is None:  # a base is as of now
            known = self._theirs[number] = self._make_remote(number, base)
        return known

    def _exception_class(self, number: int, name: object, base: object) -> object:
        if number not in self._theirs:
            if type(name) is not str or not isinstance(base, type) or not issubclass(base, Exception):
                raise Malformed("no exception class")
            try:
                made = type(name, (base,), {})
            except (TypeError, ValueError) as problem:
                raise Malformed(f"no class: {problem}") from None
            self._theirs[number] = made
            self._their_classes[made] = number
        return self._theirs[number]


def builtin_exception(kind: type) -> type:
    """The nearest builtin class that an exception class derives from."""
    return next(base for base in kind.__mro__ if base in _BUILTIN_EXCEPTIONS)


_BUILTIN_EXCEPTIONS = {kind for kind in records.PLAIN_TYPES.values() if issubclass(kind, BaseException)}


def _is_std(value: object) -> bool:
    """Whether both sides have this function or class of the standard library, under its own name."""
    if not isinstance(value, (type, type(len), type(_std))):
        return False
    module = getattr(value, "__module__", None) or ""
    if module.partition(".")[0] not in getattr(sys, "stdlib_module_names", ("builtins", "math", "operator")):
        return False
    return _walk(sys.modules.get(module), value.__qualname__) is value


def _std(module: object, name: object) -> object:
    if type(module) is not str or type(name) is not str:
        raise Malformed("no name of the standard library")
    return _walk(importlib.import_module(module), name)


def _walk(found: object, path: str) -> object:
    for name in path.split("."):
        found = getattr(found, name, None)
    return found
