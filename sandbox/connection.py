"""The host's end of a jail: speaks with its init, and treats everything that comes back as hostile.

Lengths are bounded before anything is read, only JSON is decoded, and every read has a deadline.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.errors import JailDied, JailTaken, LimitsRefused, Starved
from sandbox.inside import frames
from sandbox.model import BoxFile, Ended, Entry, Limits, Outcome, Program, Run, Talk

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable, Iterator

    Hear = Callable[[bytes], object]
    """Told what a run writes to standard output, piece by piece."""

    from sandbox.cgroups.groups import Reading

_MAX_BODY_BYTES = 4 << 20
"""Init passes streams on in pieces well under this."""
_GRACE_SECONDS = 60.0
"""On top of a run's own backstop, for the jail to kill, reap and wipe on a loaded machine."""
_HELLO_SECONDS = 60.0
"""For a jail to come up on a loaded machine; a cold one takes tens of milliseconds."""


@dataclasses.dataclass(frozen=True, slots=True)
class Identity:
    """Inside user ids of candidate and partner; -1 where only one user can be mapped."""

    uid: int = -1
    partner_uid: int = -1


_KILLED = Outcome(Ended.SIGNALLED, None, 9, 0.0, 0.0, 0.0, 0, b"", b"", b"")
"""Of a run whose init was killed along with it, for want of memory: nothing else is known."""


_COPIES = 4
"""Of what the host sends, in init at once: as read, in parts, as written, and what the allocator keeps."""
_CODE_SHARE, _MAX_CODE_BYTES = 64, 3 * (256 << 20)
"""Of compiled sources, which init holds up to three times: bytes for each byte of text, and at most."""
_SMALL_BYTES = 1 << 20
_DOUBTFUL = (Ended.EXITED, Ended.SIGNALLED, Ended.IDLE_LIMIT)
"""Ends that may come from a process that the machine took away. The other limits were reached in any case."""


class Group(Protocol):
    """What bounds a jail as a whole, from outside."""

    def begin(self, limits: Limits, held_bytes: int) -> None:
        """Bound the next run, and measure from now on. What init holds meanwhile is not the run's."""

    def read(self) -> Reading:
        """What happened since."""


class Connection:
    """A socket to the init of one jail. Fulfils `sandbox.model.Jail`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take over the streams."""
        self._reader = reader
        self._writer = writer
        self.queued_seconds = 0.0

    async def greet(self, program: Program, identity: Identity, group: Group) -> None:
        """Wait until init is up and in its group, and hand it the submission.

        Raises:
            JailTaken: it did not come up: nothing of the submission is in it yet.
            JailDied: it ended while it was given the submission.
            LimitsRefused: it is up, but could not enter its group.
        """
        self._group = group
        hello = await self._hello()
        async with _answering(_HELLO_SECONDS):
            if hello["refused"]:
                raise LimitsRefused(f"a jail cannot enter its control group: {hello['refused']}")
            head = {
                "uid": identity.uid,
                "partner_uid": identity.partner_uid,
                "sources": [(one.name, one.filename, len(one.text)) for one in program.sources],
                "compile_argv": program.compile_argv,
                "files": [(path, len(content)) for path, content in program.files.items()],
            }
            body = b"".join([*(one.text for one in program.sources), *program.files.values()])
            source_bytes = sum(len(one.text) for one in program.sources)
            self._held_bytes = _COPIES * len(body) + min(_CODE_SHARE * source_bytes, _MAX_CODE_BYTES)
            self._compile_limits = program.compile_limits
            self._make_room(len(body))
            await self._send(frames.encode(frames.PROGRAM, head, body))
        self._compiles = bool(program.compile_argv)

    async def _hello(self) -> dict[str, Any]:
        try:
            async with _answering(_HELLO_SECONDS):
                kind, hello, _ = await self._receive()
        except JailDied as problem:
            raise JailTaken("a jail did not come up") from problem
        if kind != frames.HELLO:
            raise JailDied(f"the jail greeted with frame {kind}")
        return hello

    async def compile(self) -> Outcome:
        """See `sandbox.model.Jail`."""
        if not self._compiles:
            raise ValueError("this program names no compiler")
        limits = self._compile_limits
        return await self._exchange(
            limits, frames.encode(frames.COMPILE, {"limits": dataclasses.asdict(limits)})
        )

    async def collect(self, limit_bytes: int) -> tuple[BoxFile, ...] | None:
        """What compiling left, to be called right after it; None where it is larger, or of a strange kind.

        Raises:
            JailDied: the jail ended without an answer.
        """
        data = bytearray()
        async with _answering(_HELLO_SECONDS):
            await self._send(frames.encode(frames.COLLECT, {"limit_bytes": limit_bytes}))
            while True:
                kind, head, body = await self._receive()
                data += body
                if kind not in (frames.CHUNK, frames.BOX) or len(data) > limit_bytes:
                    raise JailDied(f"the jail sent frame {kind}, or more than its limit")
                if kind == frames.BOX:
                    return None if head["files"] is None else tuple(_box(head["files"], bytes(data)))

    async def place(self, files: tuple[BoxFile, ...]) -> None:
        """Put what compiling the same program left into the box, instead of compiling.

        Raises:
            JailDied: the jail is gone.
        """
        head: dict[str, object] = {
            "files": [(file.path, file.is_program, len(file.content)) for file in files]
        }
        self._make_room(sum(len(file.content) for file in files))
        async with _answering(_HELLO_SECONDS):
            await self._send(frames.encode(frames.PLACE, head, b"".join(file.content for file in files)))

    async def run(self, run: Run) -> Outcome:
        """See `sandbox.model.Jail`."""
        return await self._exchange(run.limits, _request(run, spoken_with=False))

    async def converse(self, run: Run, talk: Talk) -> Outcome:
        """See `sandbox.model.Jail`."""
        feeding = asyncio.create_task(self._feed(talk))
        try:
            return await self._exchange(run.limits, _request(run, spoken_with=True), talk.take_output)
        finally:
            feeding.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await feeding

    async def _feed(self, talk: Talk) -> None:
        while True:
            data = await talk.more_input()
            for start in range(0, len(data), _MAX_BODY_BYTES):
                await self._send(frames.encode(frames.INPUT, {}, data[start : start + _MAX_BODY_BYTES]))
            if not data:
                await self._send(frames.encode(frames.INPUT, {}))
                return

    @property
    def hung_up(self) -> bool:
        """Whether the other end has closed, and not merely failed to make sense or to answer in time."""
        return self._reader.at_eof() or self._reader.exception() is not None

    async def close(self) -> None:
        """Hang up: init ends, and with it everything in the jail.

        What it has not read yet is dropped: a jail that reads no more must not keep anybody here.
        """
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def _make_room(self, coming_bytes: int) -> None:
        """Small things find room under any limit; a group that is used again has that of its last run."""
        if coming_bytes > _SMALL_BYTES:
            self._group.begin(self._compile_limits, self._held_bytes + _COPIES * coming_bytes)

    async def _exchange(self, limits: Limits, request: bytes, hear: Hear = len) -> Outcome:
        self._group.begin(limits, self._held_bytes + _COPIES * len(request))
        try:
            async with _answering(limits.wall_seconds + _GRACE_SECONDS):
                await self._send(request)
                outcome = await self._collect(limits, hear)
        except JailDied:
            seen = self._group.read()
            if not seen.killed:
                raise
            return amended(_KILLED, seen, limits)
        return amended(outcome, self._group.read(), limits)

    async def _collect(self, limits: Limits, hear: Hear) -> Outcome:
        streams = {"stdout": bytearray(), "stderr": bytearray(), "report": bytearray()}
        while True:
            kind, head, body = await self._receive()
            if kind == frames.CHUNK:
                _append(streams, str(head["stream"]), body, limits)
                if head["stream"] == "stdout":
                    hear(body)
            elif kind == frames.OUTCOME:
                offset = 0
                for name, size in head["streams"]:
                    piece = body[offset : offset + size]
                    _append(streams, name, piece, limits)
                    if name == "stdout" and piece:
                        hear(piece)
                    offset += size
                return _outcome(head, streams)
            elif kind == frames.NO_PROCESS:
                raise JailTaken(f"a jail could not start a process ({head['why']})")
            else:
                raise JailDied(f"the jail sent frame {kind}")

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _receive(self) -> tuple[int, dict[str, Any], bytes]:
        header = await self._reader.readexactly(frames.HEADER.size)
        kind, head_size, body_size = frames.HEADER.unpack(header)
        if head_size > frames.MAX_HEAD_BYTES or body_size > _MAX_BODY_BYTES:
            raise JailDied("the jail sent an oversized frame")
        head = json.loads(await self._reader.readexactly(head_size))
        return kind, head, await self._reader.readexactly(body_size)


async def connect(sock: socket.socket) -> Connection:
    """Talk over one end of a socket pair."""
    reader, writer = await asyncio.open_unix_connection(sock=sock, limit=1 << 20)
    return Connection(reader, writer)


def amended(outcome: Outcome, seen: Reading, limits: Limits) -> Outcome:
    """What init says of a run, and what its group has seen of it, as one.

    Raises:
        Starved: a process was killed for want of memory, but not of the jail's own.
    """
    if seen.killed and not seen.at_its_limit and outcome.ended in _DOUBTFUL:
        raise Starved("the machine ran out of memory and killed a process of the run")
    memory_bytes = max(outcome.memory_bytes, min(seen.peak_bytes, limits.memory_bytes))
    outcome = dataclasses.replace(outcome, memory_bytes=memory_bytes)
    if seen.killed and outcome.ended in (Ended.EXITED, Ended.SIGNALLED):
        return dataclasses.replace(outcome, ended=Ended.MEMORY_LIMIT, exit_code=None, signal=None)
    return outcome


@contextlib.asynccontextmanager
async def _answering(seconds: float) -> AsyncIterator[None]:
    """Everything that can go wrong with the other end is one failure: the jail died."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (OSError, EOFError, TimeoutError) as problem:
        raise JailDied(f"the jail ended without an answer ({type(problem).__name__})") from problem
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        raise JailDied("the jail sent something that is not an answer") from problem


def _request(run: Run, *, spoken_with: bool) -> bytes:
    payload = run.main.payload if isinstance(run.main, Entry) else b""
    partner = {**_head_of(run.partner), "bytes": len(run.partner.payload)} if run.partner else None
    head = {
        "limits": dataclasses.asdict(run.limits),
        "main": _head_of(run.main),
        "main_bytes": len(payload),
        "partner": partner,
        "stdin_bytes": len(run.stdin),
        "spoken_with": spoken_with,
    }
    secret = run.partner.payload if run.partner else b""
    return frames.encode(frames.RUN, head, run.stdin + payload) + secret


def _head_of(process: Entry | tuple[str, ...]) -> dict[str, object]:
    if isinstance(process, Entry):
        return {"module": process.module, "function": process.function, "steps_back": process.steps_back}
    return {"argv": list(process)}


def _append(streams: dict[str, bytearray], name: str, data: bytes, limits: Limits) -> None:
    streams[name] += data
    if len(streams[name]) > limits.output_bytes + _MAX_BODY_BYTES:
        raise JailDied("the jail sent more than its limit")


def _outcome(head: dict[str, Any], streams: dict[str, bytearray]) -> Outcome:
    ended = Ended(head["ended"])
    outcome = Outcome(
        ended=ended,
        exit_code=_optional_int(head["exit_code"]),
        signal=_optional_int(head["signal"]),
        cpu_seconds=float(head["cpu_seconds"]),
        wall_seconds=float(head["wall_seconds"]),
        blocked_seconds=float(head["blocked_seconds"]),
        memory_bytes=int(head["memory_bytes"]),
        **{name: bytes(data) for name, data in streams.items()},
    )
    if ended is Ended.WALL_LIMIT:
        used, passed = outcome.cpu_seconds, outcome.wall_seconds
        raise Starved(f"runnable, but got {used:.1f} s of processor in {passed:.0f} s")
    return outcome


def _box(listed: list[Any], data: bytes) -> Iterator[BoxFile]:
    """The files of a box. The init of another jail will write to their paths, so they stay below it."""
    offset = 0
    for path, is_program, size in listed:
        if {"", ".", ".."} & set(path.split("/")) or size < 0:
            raise JailDied("the jail sent a path that leads elsewhere")
        yield BoxFile(path, bool(is_program), data[offset : offset + size])
        offset += size
    if offset != len(data):
        raise JailDied("the jail sent files of other sizes than it said")


def _optional_int(value: object) -> int | None:
    return None if value is None else int(value)  # type: ignore[call-overload]
