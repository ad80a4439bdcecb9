"""From a fork of init to a confined process: descriptors, limits, identity, and then the entry or program.

Runs in the forked child, but for what `prepare` does once in the template. Nothing here decides anything
about the run; init measures and ends it.

A fork copies every page it touches, and pages hold many objects. Whatever can be done before the fork is done
there, and what is left uses system calls that Python itself offers: this halves what a test costs.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found] # the functions of `signal` without their enums
import fcntl
import gc
import importlib
import marshal
import os
import resource
import socket
import struct
import sys
import types
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Union

from sandbox.inside import frames, interpreter, kernel
from sandbox.inside.layout import (
    BOX,
    CHANNEL_FD,
    CODES_FD,
    CONFINED_NOTE,
    ENVIRONMENT,
    NOT_COMPILED_NOTE,
    NOTE_FD,
    REPORT_FD,
    SCRATCH,
    SET_UP_FAILED_NOTE,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SET_UP_FAILED_STATUS = 121
"""Exit status of a child that could not be confined: believed of a partner, whose status is its own."""
STACK_BYTES = 64 << 20
"""Deep recursion in C code of honest programs fits; a runaway one meets the memory limit."""
OPEN_FILES = 256
"""Descriptors per process; enough for the thread pools and pipes of honest programs."""
_NOT_EXECUTABLE_STATUS = 126
"""As shells have it (POSIX, section 2.8.2)."""
_ABOVE_ALL = 64
"""Descriptors are first moved out of the way of those they become."""
_LAST_FD = 4096
"""No descriptor of init is above its own limit, which nsjail sets."""


_CODE_HEAD = struct.Struct(">IQ")
"""Lengths of a source's name and of its compiled form, which follow."""


class Wiring(NamedTuple):
    """Descriptors of init that become the child's 0 to 6; -1 where there is none."""

    stdin: int
    stdout: int
    stderr: int
    report: int = -1
    channel: int = -1
    note: int = -1
    codes: int = -1


class Confinement(NamedTuple):
    """Who the child becomes, and its limits per process. Limits of the whole tree are kept by init."""

    uid: int
    """User and group id; -1 keeps init's own, where only one can be mapped."""
    limits: tuple[tuple[int, int], ...]
    """Kinds and values for setrlimit."""
    directory: str = SCRATCH
    dumpable: bool = False
    """Whether others of the same user can look into it, as an init of that user has to, to see what memory is
    shared. A partner never is; else nobody is, since init has the power to look, and candidates need none."""


class Source(NamedTuple):
    """Python source of a program."""

    name: str
    filename: str
    text: bytes


class Context(NamedTuple):
    """What an entry is called with."""

    payload: bytes
    sources: tuple[Source, ...]
    codes: dict[str, bytes]
    channel: socket.socket | None
    """The other process of the run, where there is one."""

    def code(self, name: str) -> types.CodeType:
        """A source of the program, compiled: by an earlier run of this jail, or here, for later ones too.

        A source that does not compile ends the process, and the run is reported as not compiled.

        Raises:
            KeyError: no such source.
        """
        codes = self.codes or _compile_all(self.sources)
        code = marshal.loads(codes[name])
        assert isinstance(code, types.CodeType)
        return code

    def report(self, data: bytes, write: Callable[[int, memoryview], int] = os.write) -> None:
        """Append to the report of the run; `write` is the real one even after a candidate has patched `os`.

        Raises:
            OSError: this process has no right to report.
        """
        _write_all(REPORT_FD, data, write)


class Entry(NamedTuple):
    """What a confined child does as an interpreter: a call, whose end is the interpreter's end."""

    call: Callable[[], object]
    steps_back: bool
    """See `sandbox.model.Entry`."""


Program = Union[Entry, "tuple[str, ...]"]
"""A call, or a command line."""


def limits_per_process(
    cpu_seconds: int, memory_bytes: int, file_bytes: int, processes: int
) -> tuple[tuple[int, int], ...]:
    """For `Confinement.limits`, within what init itself may have."""
    wanted = (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_STACK, STACK_BYTES),
    )
    hard = {kind: resource.getrlimit(kind)[1] for kind, _ in wanted}
    return tuple(
        (kind, value if hard[kind] == resource.RLIM_INFINITY else min(value, hard[kind]))
        for kind, value in wanted
    )


def fork(wiring: Wiring, confinement: Confinement, program: Program) -> int:
    """Start a confined child; its process id."""
    pid = _fork()
    if pid == 0:
        _run_confined(wiring, confinement, program)
    return pid


def fork_reading_payload(
    wiring: Wiring, confinement: Confinement, head: dict[str, Any], sock: socket.socket
) -> int:
    """Start a child that first reads its own payload from the host, so that init never holds it."""
    ready, done = os.pipe()
    pid = _fork()
    if pid == 0:
        payload = frames.exactly(sock, head["bytes"])
        os.write(done, b"\0")
        _run_confined(wiring, confinement, program_of(head, payload, (), {}))
    os.close(done)
    os.read(ready, 1)
    os.close(ready)
    return pid


class NoProcess(Exception):
    """The machine has none. Nothing of a submission lives when init forks, so none can bring it about."""


def _fork() -> int:
    gc.freeze()  # or the child's first collection would touch, and so copy, what init has made so far
    try:
        return os.fork()
    except OSError as problem:
        raise NoProcess(str(problem)) from problem


def program_of(
    head: dict[str, Any], payload: bytes, sources: tuple[Source, ...], codes: dict[str, bytes]
) -> Program:
    """What a run's head asks for: a command line, or an entry called with a context of its own."""
    if "argv" in head:
        return tuple(head["argv"])
    function = getattr(importlib.import_module(head["module"]), head["function"])
    return Entry(lambda: function(Context(payload, sources, codes, _channel())), head["steps_back"])


def _channel() -> socket.socket | None:
    try:
        return socket.socket(fileno=CHANNEL_FD)
    except OSError:
        return None


def _run_confined(wiring: Wiring, confinement: Confinement, program: Program) -> NoReturn:
    note = wiring.note
    try:
        _part(program)
        _wire(wiring)
        note = NOTE_FD
        _become(confinement)
        entry = program if isinstance(program, Entry) else _execute(program)
        os.write(note, CONFINED_NOTE)
    except BaseException as problem:
        try:
            os.write(note, SET_UP_FAILED_NOTE + repr(problem).encode())
        finally:
            os._exit(SET_UP_FAILED_STATUS)
    interpreter.interpret(entry.call)


def _part(program: Program) -> None:
    """Leave init's group, and its session, too, but for who may step back."""
    if isinstance(program, Entry) and program.steps_back:
        os.setpgid(0, 0)
    else:
        os.setsid()


def _wire(wiring: Wiring) -> None:
    """Give the descriptors their numbers, and close all others. What is executed later keeps 0 to 2 alone."""
    copies = [fcntl.fcntl(source, fcntl.F_DUPFD, _ABOVE_ALL) if source >= 0 else -1 for source in wiring]
    last = max(number for number, copy in enumerate(copies) if copy >= 0)
    for number, copy in enumerate(copies[: last + 1]):
        if copy >= 0:
            os.dup2(copy, number, number < REPORT_FD)
        else:
            os.closerange(number, number + 1)
    os.closerange(last + 1, _LAST_FD)


def _become(confinement: Confinement) -> None:
    """Turn a fork of init into a confined process. Any failure here is an error of ours: it raises.

    Changing from user 0 to another drops every capability.
    """
    for kind, value in confinement.limits:
        resource.setrlimit(kind, (value, value))
    uid = confinement.uid
    if uid >= 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        kernel.keep_capabilities(())
    if confinement.dumpable:
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    os.chdir(confinement.directory)


def _execute(argv: tuple[str, ...]) -> NoReturn:
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
        _signal.signal(number, _signal.SIG_DFL)
    try:
        os.execve(argv[0], argv, ENVIRONMENT)
    except OSError as problem:
        if not argv[0].startswith(f"{BOX}/"):
            raise
        os.write(2, f"{argv[0]}: {problem.strerror}\n".encode())  # a library, say: compiled, but no program
        os._exit(_NOT_EXECUTABLE_STATUS)


def _compile_all(sources: tuple[Source, ...]) -> dict[str, bytes]:
    """Compile, and hand the result to init for later runs: before anything of the candidate's is executed."""
    codes = {source.name: marshal.dumps(_compile(source)) for source in sources}
    for name, code in codes.items():
        _write_all(CODES_FD, _CODE_HEAD.pack(len(name.encode()), len(code)) + name.encode() + code, os.write)
    os.close(CODES_FD)
    return codes


def _compile(source: Source) -> types.CodeType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a warning about style is not a message of the compiler
            code = compile(source.text, source.filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError) as problem:
        import traceback  # noqa: PLC0415 -- large, and few programs need it

        sys.stderr.write("".join(traceback.format_exception_only(type(problem), problem)))
        sys.stderr.flush()
        interpreter.note(NOT_COMPILED_NOTE)
        os._exit(1)
    assert isinstance(code, types.CodeType)
    return code


def split_codes(handed_over: bytes, sources: tuple[Source, ...]) -> dict[str, bytes]:
    """Compiled sources by name, as opaque bytes; none unless all of them are there."""
    codes: dict[str, bytes] = {}
    offset = 0
    while len(codes) < len(sources) and offset + _CODE_HEAD.size <= len(handed_over):
        name_size, code_size = _CODE_HEAD.unpack_from(handed_over, offset)
        name_end = offset + _CODE_HEAD.size + name_size
        offset_after = name_end + code_size
        codes[handed_over[name_end - name_size : name_end].decode()] = handed_over[name_end:offset_after]
        offset = offset_after
    return codes if len(codes) == len(sources) and offset <= len(handed_over) else {}


def _write_all(descriptor: int, data: bytes, write: Callable[[int, memoryview], int]) -> None:
    view = memoryview(data)
    while view:
        view = view[write(descriptor, view) :]
