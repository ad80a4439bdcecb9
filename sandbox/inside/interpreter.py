"""The interpreter that candidates find: made ready once, before the first fork, and ended like any other.

Forks run `interpret`; the template calls `preload` and `prepare`.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found] # the functions of `signal` without their enums
import _sitebuiltins
import atexit
import builtins
import contextlib
import gc
import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from sandbox.inside.layout import ENVIRONMENT, NOTE_FD, OUT_OF_MEMORY_NOTE, OWN_CODE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

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


def preload() -> None:
    """Import what programs import most. To be called before anything else imports `random`.

    That module would reseed itself in every fork. It must not: same request, same verdict.
    """
    register, os.register_at_fork = os.register_at_fork, lambda **_: None
    random = importlib.import_module("random")
    os.register_at_fork = register
    random.seed(0)
    for module in PRELOADED:
        importlib.import_module(module)


def prepare() -> None:
    """Make this interpreter what forks of it find: once, before the first fork, in the template."""
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    for number in (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP):
        _signal.signal(number, _signal.SIG_DFL)  # PID 1 ignores what has no handler
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
        _signal.signal(number, _signal.SIG_IGN)  # what a fresh interpreter does
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
    for name in ("exit", "quit"):  # the site module, which is not loaded, would have made them
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))
    _make_streams()


def _make_streams() -> None:
    """Standard streams for the candidate: a file and two pipes will be behind them, and so there are here.

    Buffered objects ask their file once what it is, so descriptors 0 to 2 are what they will be meanwhile.
    """
    saved = [os.dup(number) for number in range(3)]
    stdin = os.memfd_create("stdin")
    reading, writing = os.pipe()
    for number, source in enumerate((stdin, writing, writing)):
        os.dup2(source, number)
    streams = {
        "stdin": _stream(0, "<stdin>", "rb", "surrogateescape"),
        "stdout": _stream(1, "<stdout>", "wb", "surrogateescape"),
        "stderr": _stream(2, "<stderr>", "wb", "backslashreplace"),
    }
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    for number, source in enumerate(saved):
        os.dup2(source, number)
    for descriptor in (*saved, stdin, reading, writing):
        os.close(descriptor)


def _stream(descriptor: int, name: str, mode: str, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    buffer = io.BufferedReader(raw) if mode == "rb" else io.BufferedWriter(raw)
    stream = io.TextIOWrapper(buffer, "utf-8", errors, line_buffering=descriptor == 2)
    setattr(stream, "mode", mode[0])  # noqa: B010 -- what open() does; the type says read-only
    return stream


def interpret(call: Callable[[], object]) -> NoReturn:
    """Call the way an interpreter runs a script, then end the process."""
    status = 1
    own_main, streams = sys.modules.get("__main__"), (sys.stdout, sys.stderr)
    try:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        gc.enable()
        call()
        status = 0
    except SystemExit as exiting:
        status = _exit_status(exiting)
    except MemoryError:
        note(OUT_OF_MEMORY_NOTE)
        _print_exception()
    except BaseException:
        _print_exception()
    finally:
        _end(status, own_main, streams)
    os._exit(status)


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
    with contextlib.suppress(BaseException):
        if value is not None:
            value.__traceback__ = trace
        sys.excepthook(kind, value, trace)  # type: ignore[arg-type]


def note(text: bytes) -> None:
    with contextlib.suppress(OSError):
        os.write(NOTE_FD, text)


def _end(status: int, own_main: object, streams: tuple[TextIO, ...]) -> None:
    """The steps of a normal interpreter's end, each of which the candidate may have sabotaged."""
    threading = sys.modules.get("threading")
    wait_for_threads = getattr(threading, "_shutdown", None) or (lambda: None)
    for step in (wait_for_threads, atexit._run_exitfuncs):
        try:
            step()
        except BaseException:
            _print_exception()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not getattr(stream, "closed", False):
                stream.flush()
        except BaseException:
            status = status or 120  # what CPython exits with when flushing fails
    _drop(own_main, streams)
    os._exit(status)


def _drop(own_main: object, streams: tuple[TextIO, ...]) -> None:
    """Let go of what the program still holds: files write what they have, and destructors run."""
    with contextlib.suppress(BaseException):
        main = sys.modules.get("__main__")
        names = {} if main is None or main is own_main else vars(main)
        for name in [name for name in names if name != "__builtins__"]:
            names[name] = None
    for stream in streams:
        with contextlib.suppress(BaseException):
            stream.flush()
