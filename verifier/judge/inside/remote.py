"""Stand-ins for objects of the other process, which answer everything themselves."""

from __future__ import annotations

from typing import Any, Protocol

from verifier.judge.inside import operations

NO_BASE = object()
"""The object is no instance of a subclass of a plain type."""


class Asker(Protocol):
    """Sends operations to the other process."""

    @property
    def believed(self) -> list[tuple[object, object]]:
        """Pairs of the other side's objects that passed for equal because it said so."""

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

    def _remote_ask(self, operation: str, /, *args: object, **named: object) -> Any:
        """What the object's owner answers."""
        return self._remote_peer.ask(operation, self._remote_id, args, named)

    def __call__(self, /, *args: object, **named: object) -> object:
        return self._remote_ask(operations.CALL, *args, **named)

    def __getattr__(self, name: str) -> object:
        return self._remote_ask(operations.GET, name)

    def __setattr__(self, name: str, value: object) -> None:
        self._remote_ask(operations.SET, name, value)

    def __delattr__(self, name: str) -> None:
        self._remote_ask(operations.DELETE, name)

    def __instancecheck__(self, value: object) -> bool:
        return bool(self._remote_ask(operations.IS_INSTANCE, value))

    def __reduce_ex__(self, _: object) -> Any:
        raise TypeError("an object of another process cannot be copied")


def _forwarding(name: str) -> Any:
    def forward(self: Remote, *args: object) -> object:
        return self._remote_ask(name, *args)

    forward.__name__ = name
    return forward


for _name in operations.SPECIAL:
    setattr(Remote, _name, _forwarding(_name))
