"""Two processes that call into each other over one socket.

One side asks, and while it waits it may be asked itself (a callback), to any depth. Values travel by value
where they are plain, everything else by reference. Lists, dicts, sets and the like that a call changed
are changed on the caller's side, too. Exceptions arrive as exceptions.

What comes in is decoded strictly and looked up in tables; anything else ends the conversation.
"""

from __future__ import annotations

import struct
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from verifier.judge.inside import operations, plain, records, references, remote
from verifier.judge.inside.errors import InsideError, Malformed, NotPlain, Refused

if TYPE_CHECKING:
    import socket

_LENGTH = struct.Struct(">I")
LOOKUP = "lookup"
"""Ask for a name of the other side's program: () or (value,)."""

Lost = Callable[[str], NoReturn]


class Side(Protocol):
    """What differs between the candidate's side and the test's."""

    @property
    def stand_in(self) -> type[remote.Remote]:
        """What objects of the other side become here."""

    @property
    def names_std(self) -> bool:
        """Whether functions and classes of the standard library are sent by their names."""

    def lookup(self, name: str) -> tuple[object, ...]:
        """The value of a name of this side's program, alone in a tuple, or nothing."""

    def permit(self, operation: str, target: object, args: tuple[Any, ...]) -> None:
        """Let pass what the other side may do to an object of this side.

        Raises:
            Refused: this is not allowed.
        """

    def hands_out(self, value: object) -> bool:
        """Whether the other side may hold this object."""


class Peer:
    """This side's end of the conversation."""

    def __init__(self, channel: socket.socket, side: Side, lost: Lost) -> None:
        """`lost` is called where the other side is gone or breaks the protocol, and does not return."""
        self._channel = channel
        self._side = side
        self._lost = lost
        self._turn = threading.RLock()
        self._references = references.References(
            lambda number, base: side.stand_in(self, number, base), side.hands_out, side.names_std
        )
        self.raised: list[Exception] = []
        """Exceptions that came from the other side."""
        self.believed: list[tuple[object, object]] = []
        """Pairs of the other side's objects that passed for equal because it said so."""

    def ask(self, operation: str, target: int, args: tuple[object, ...], named: dict[str, object]) -> Any:
        """Have the other side do something with one of its objects.

        Raises:
            Exception: what it raised there.
            NotPlain: an argument cannot travel.
        """
        with self._turn:
            self._send(("ask", operation, target, args, named))
            while True:
                message = self._receive()
                if message[0] != "ask":
                    break
                self._answer(message)
        return self._take_answer(message, operation, {**dict(enumerate(args)), **named})

    def lookup(self, name: str) -> tuple[object, ...]:
        """A name of the other side's program: its value alone in a tuple, or nothing."""
        found = self.ask(LOOKUP, 0, (name,), {})
        if type(found) is not tuple or len(found) > 1:
            self._lost("answered a name with nonsense")
        return found

    def serve(self) -> NoReturn:
        """Answer until the other side is gone."""
        while True:
            message = self._receive()
            if message[0] != "ask":
                self._lost("answered what nobody asked")
            self._answer(message)

    def _answer(self, message: tuple[Any, ...]) -> None:
        try:
            _, operation, number, args, named = message
            values = {**dict(enumerate(args)), **named}
        except (TypeError, ValueError):
            self._lost("asked nonsense")
        before = {key: self._encode(value) for key, value in values.items() if type(value) in _OVERWRITE}
        try:
            answer: tuple[object, ...] = ("answer", self._operate(operation, number, args, named))
        except MemoryError:
            raise  # the end of this process, which is a fact of its own
        except Exception as error:
            answer = ("raised", *self._take_apart(error))
        changes = [(key, values[key]) for key, data in before.items() if self._encode(values[key]) != data]
        try:
            self._send((*answer, changes))
        except NotPlain as problem:
            self._send(("raised", TypeError, (str(problem),), {}, []))

    def _operate(self, operation: str, number: object, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if operation == LOOKUP:
            return self._side.lookup(args[0])
        target = self._references.mine(number)
        if operation not in operations.TABLE:
            raise Refused(f"no operation {operation!r}")
        self._side.permit(operation, target, args)
        return operations.TABLE[operation](target, *args, **named)

    def _take_apart(self, error: Exception) -> tuple[object, tuple[object, ...], dict[str, object]]:
        """Class, arguments and attributes; the text alone where those cannot travel."""
        state = {name: value for name, value in vars(error).items() if not name.startswith("_")}
        try:
            self._encode((error.args, state))
            return type(error), error.args, state
        except NotPlain:
            return type(error), (_text(error),), {}

    def _take_answer(self, message: tuple[Any, ...], operation: str, given: dict[Any, Any]) -> Any:
        try:
            outcome, *parts, changes = message
            _overwrite_all(given, changes)
            if outcome == "answer":
                (value,) = parts
                return value
            error = _put_together(operation, *parts)
        except (TypeError, ValueError, KeyError, Malformed):
            self._lost("answered nonsense")
        self.raised.append(error)
        raise error

    def _encode(self, value: object) -> bytes:
        return plain.encode(value, self._references.describe)

    def _send(self, message: tuple[object, ...]) -> None:
        data = self._encode(message)
        try:
            self._channel.sendall(_LENGTH.pack(len(data)) + data)
        except OSError:
            self._lost("is gone")

    def _receive(self) -> tuple[Any, ...]:
        (size,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if size > plain.MAX_BYTES:
            self._lost("sent too much at once")
        try:
            message = plain.decode(self._exactly(size), self._references.resolve)
        except InsideError as problem:
            self._lost(f"sent nonsense: {problem}")
        if type(message) is not tuple or not message:
            self._lost("sent nonsense")
        return message

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                piece = self._channel.recv(min(size - len(data), 1 << 20))
            except OSError:
                piece = b""
            if not piece:
                self._lost("is gone")
            data += piece
        return bytes(data)


def _text(error: Exception) -> str:
    try:
        return str(error)[:1000]
    except Exception:
        return ""


def _put_together(operation: str, kind: Any, args: tuple[object, ...], state: dict[str, object]) -> Exception:
    if not issubclass(kind, Exception) or type(args) is not tuple:
        raise Malformed("no exception")
    if issubclass(kind, (StopIteration, StopAsyncIteration)) and operation != operations.NEXT:
        kind = RuntimeError  # or a call inside `all(map(…))` could end the loop and pass for success
    try:
        error: Exception = kind(*args)
    except Exception:
        error = kind.__new__(kind)
        error.args = args
    vars(error).update((name, value) for name, value in state.items() if not name.startswith("_"))
    return error


def _refill(old: Any, new: Any) -> None:
    old.clear()
    old.update(new)


def _replace(old: Any, new: Any) -> None:
    old[:] = new


def _requeue(old: Any, new: Any) -> None:
    old.clear()
    old.extend(new)


_OVERWRITE: dict[type, Callable[[Any, Any], None]] = {
    list: _replace,
    bytearray: _replace,
    set: _refill,
    dict: _refill,
    **dict.fromkeys(records.MAPPINGS, _refill),
    deque: _requeue,
}
"""Types whose changes are carried back, with how."""


def _overwrite_all(given: dict[Any, Any], changes: list[tuple[Any, Any]]) -> None:
    for key, value in changes:
        if type(value) is not type(given[key]):
            raise Malformed("a change of type")
        _OVERWRITE[type(value)](given[key], value)
