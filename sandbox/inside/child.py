"""From a fork of init to a confined process: descriptors, limits, identity, and then the entry or program.

Runs in the forked child only, but for `prepare`. Nothing here decides anything about the run; init measures
and ends it. A fork copies each page that it touches, and pages hold many objects: whatever can be done once in
the template, or in init before the fork, is not done here. That halves what a test costs.
"""

from __future__ import annotations

import _signal
import _sitebuiltins
import atexit
import builtins
import contextlib
import fcntl
import gc
import importlib
import io
import marshal
import os
import random
import resource
import signal
import socket
import sys
import traceback
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, Union

from sandbox.inside import frames, kernel

if TYPE_CHECKING:
    from collections.abc import Callable

SCRATCH = "/tmp"
"""The candidate's working directory: a tmpfs, emptied between runs."""
BOX = "/box"
"""Where compilers work, and where what they leave lies, read-only, during runs."""

ENVIRONMENT = {
    "HOME": SCRATCH,
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PYTHONHASHSEED": "0",
    "TMPDIR": SCRATCH,
}
"""All that a candidate finds in its environment."""

PRELOADED = (
    "bisect",
    "collections",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "re",
    "string",
    "typing",
)
"""What programs import most: loaded once in the template instead of in every test."""

REPORT_FD = 3
CHANNEL_FD = 4
NOTE_FD = 5
OUT_OF_MEMORY_NOTE = b"M"
"""Written to the note by a process that ended for want of memory."""
SET_UP_FAILED_NOTE = b"S"
"""Written to the note, with the reason behind it, by a child that could not be confined."""
OWN_CODE = "/runtime/"
"""Where our modules lie inside a jail."""
STACK_BYTES = 64 << 20
"""Deep recursion in C code of honest programs fits; a runaway one meets the memory limit."""
OPEN_FILES = 256
"""Descriptors per process; enough for the thread pools and pipes of honest programs."""


@dataclass(frozen=True)
class Wiring:
    """Descriptors of init that become the child's 0 to 5; -1 where there is none."""

    stdin: int
    stdout: int
    stderr: int
    report: int = -1
    channel: int = -1
    note: int = -1


@dataclass(frozen=True)
class Confinement:
    """Who the child becomes, and its limits per process. Limits of the whole tree are kept by init."""

    uid: int
    """User and group id; -1 keeps init's own, where only one can be mapped."""
    limits: tuple[tuple[int, int], ...]
    """Kinds and values for setrlimit."""
    dumpable: bool
    """Whether it may see its own /proc/self; a trusted partner may not, so that nobody else can either."""
    directory: str = SCRATCH


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


def own_data_bytes() -> int:
    """Data of this interpreter, which its forks begin with: a candidate's limit is on top of it."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[5]) * resource.getpagesize()


def prepare() -> None:
    """Make this interpreter what forks of it find: once, before the first fork, in the template."""
    for module in PRELOADED:
        importlib.import_module(module)
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # PID 1 ignores what has no handler
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)  # what a fresh interpreter does
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for name in ("exit", "quit"):  # the site module, which is not loaded, would have made them
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))


@dataclass(frozen=True)
class Context:
    """What an entry is called with."""

    payload: bytes
    codes: dict[str, bytes]
    channel: socket.socket | None
    """The other process of the run, where there is one."""

    def code(self, name: str) -> types.CodeType:
        """A source of the program, as compiled beforehand.

        Raises:
            KeyError: no such source.
        """
        code = marshal.loads(self.codes[name])
        if not isinstance(code, types.CodeType):
            raise TypeError(name)
        return code

    def report(self, data: bytes, write: Callable[[int, memoryview], int] = os.write) -> None:
        """Append to the report of the run; `write` is the real one even after a candidate has patched `os`.

        Raises:
            OSError: this process has no right to report.
        """
        view = memoryview(data)
        while view:
            view = view[write(REPORT_FD, view) :]


@dataclass(frozen=True)
class Entry:
    """What a confined child does as an interpreter: a call, whose end is the interpreter's end."""

    call: Callable[[], object]


Program = Union[Entry, "tuple[str, ...]"]
"""A call, or a command line."""


def fork(wiring: Wiring, confinement: Confinement, program: Program) -> int:
    """Start a confined child; its process id."""
    pid = os.fork()
    if pid == 0:
        _run_confined(wiring, confinement, lambda: program)
    return pid


def fork_reading_payload(
    wiring: Wiring, confinement: Confinement, head: dict[str, Any], sock: socket.socket
) -> int:
    """Start a child that first reads its own payload from the host, so that init never holds it."""
    ready, done = os.pipe()
    pid = os.fork()
    if pid == 0:
        payload = frames.exactly(sock, head["bytes"])
        os.write(done, b"\0")
        _run_confined(wiring, confinement, lambda: program_of(head, payload, {}))
    os.close(done)
    os.read(ready, 1)
    os.close(ready)
    return pid


def program_of(head: dict[str, Any], payload: bytes, codes: dict[str, bytes]) -> Program:
    """What a run's head asks for: a command line, or an entry called with a context of its own."""
    if "argv" in head:
        return tuple(head["argv"])
    module, function = head["module"], head["function"]

    def call() -> None:
        getattr(importlib.import_module(module), function)(Context(payload, codes, _channel()))

    return Entry(call)


def _channel() -> socket.socket | None:
    try:
        return socket.socket(fileno=CHANNEL_FD)
    except OSError:
        return None


def _run_confined(wiring: Wiring, confinement: Confinement, program: Callable[[], Program]) -> None:
    os.setsid()
    note = wiring.note
    try:
        chosen = program()
        _wire(wiring)
        note = NOTE_FD
        become(confinement)
        entry = chosen if isinstance(chosen, Entry) else _execute(chosen)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            os.write(note, SET_UP_FAILED_NOTE + repr(problem).encode())
        os._exit(1)
    _interpret(entry)


def _execute(argv: tuple[str, ...]) -> NoReturn:
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execve(argv[0], argv, ENVIRONMENT)


def become(confinement: Confinement) -> None:
    """Turn a fork of init into a confined process. Any failure here is an error of ours: it raises."""
    for kind, value in confinement.limits:
        resource.setrlimit(kind, (value, value))
    if confinement.uid >= 0:
        os.setgroups([])
        os.setresgid(confinement.uid, confinement.uid, confinement.uid)
        os.setresuid(confinement.uid, confinement.uid, confinement.uid)
    kernel.keep_capabilities(())
    kernel.prctl(kernel.PR_SET_DUMPABLE, int(confinement.dumpable))
    os.chdir(confinement.directory)


def _wire(wiring: Wiring) -> None:
    wanted = (wiring.stdin, wiring.stdout, wiring.stderr, wiring.report, wiring.channel, wiring.note)
    above = [fcntl.fcntl(source, fcntl.F_DUPFD, 64) if source >= 0 else -1 for source in wanted]
    kept = max(number for number, source in enumerate(above) if source >= 0) + 1
    for number, source in enumerate(above[:kept]):
        if source >= 0:
            os.dup2(source, number, inheritable=number < REPORT_FD)
        else:
            with contextlib.suppress(OSError):
                os.close(number)
    kernel.close_from(kept)


def _interpret(entry: Entry) -> None:
    """Call an entry the way an interpreter runs a script, then end the process. Does not return."""
    status = 1
    try:
        _fresh_interpreter()
        entry.call()
        status = 0
    except SystemExit as exiting:
        status = _exit_status(exiting)
    except MemoryError:
        _note_out_of_memory()
        _print_exception()
    except BaseException:
        _print_exception()
    finally:
        _end(status)


def _fresh_interpreter() -> None:
    streams = {
        "stdin": _stream(0, "<stdin>", "rb", "surrogateescape"),
        "stdout": _stream(1, "<stdout>", "wb", "surrogateescape"),
        "stderr": _stream(2, "<stderr>", "wb", "backslashreplace"),
    }
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    random.seed(0)  # same request, same verdict: a fork would otherwise share one unknown state
    gc.enable()


def _stream(descriptor: int, name: str, mode: str, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    buffer = io.BufferedReader(raw) if mode == "rb" else io.BufferedWriter(raw)
    stream = io.TextIOWrapper(buffer, "utf-8", errors, line_buffering=descriptor == 2)
    setattr(stream, "mode", mode[0])  # noqa: B010 -- what open() does; the type says read-only
    return stream


def _exit_status(exiting: SystemExit) -> int:
    if exiting.code is None:
        return 0
    if isinstance(exiting.code, int):
        return exiting.code & 0xFF
    with contextlib.suppress(BaseException):
        print(exiting.code, file=sys.stderr)
    return 1


def _print_exception() -> None:
    kind, value, trace = sys.exc_info()
    while trace and trace.tb_next and trace.tb_frame.f_code.co_filename.startswith(OWN_CODE):
        trace = trace.tb_next  # ours is not the candidate's business
    if value is not None:
        value.__traceback__ = trace
    try:
        sys.excepthook(kind, value, trace)  # type: ignore[arg-type]
    except BaseException:
        with contextlib.suppress(BaseException):
            traceback.print_exception(kind, value, trace)


def _note_out_of_memory() -> None:
    with contextlib.suppress(OSError):
        os.write(NOTE_FD, OUT_OF_MEMORY_NOTE)


def _end(status: int) -> None:
    """The steps of a normal interpreter's end, each of which the candidate may have sabotaged."""
    threading = sys.modules.get("threading")
    wait_for_threads = getattr(threading, "_shutdown", None) or (lambda: None)
    for step in (wait_for_threads, atexit._run_exitfuncs):  # type: ignore[attr-defined]
        try:
            step()
        except BaseException:
            _print_exception()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            status = status or 120  # what CPython exits with when flushing fails
    os._exit(status)
