"""What a language is to the sandbox: how to build and run a program in it, and a proof that this works."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.model import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMPILING = Limits(
    cpu_seconds=30,
    idle_seconds=30,
    memory_bytes=2 << 30,
    output_bytes=1 << 20,
    processes=64,
    file_bytes=256 << 20,
)
"""Enough for an optimising compiler on a program of contest size."""


@dataclass(frozen=True, slots=True)
class Build:
    """How one program becomes a process."""

    files: Mapping[str, bytes]
    """Files by relative path: in /box while compiling, in the scratch directory while running."""
    run: tuple[str, ...]
    """Command line of a run; compiled programs lie in /box."""
    compile: tuple[str, ...] = ()
    """Command line of the compiler; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A program that reads a name and greets it: the language's own proof."""

    source: str
    input: bytes = b"world\n"
    output: bytes = b"hello world\n"


@dataclass(frozen=True, slots=True)
class Language:
    """One language, installed or not."""

    name: str
    """As tasks name it."""
    build: Callable[[str], Build]
    """Pure: from the candidate's source to command lines."""
    executables: tuple[str, ...]
    """Files that have to exist for the language to be available. Where a file may lie in several places, they
    are separated by colons, as in PATH."""
    packages: str
    """Debian packages that bring them."""
    hello: Hello
    npm: str = ""
    """Packages of npm that bring what Debian does not have, or has too old."""
    fences: tuple[str, ...] = ()
    """Other tags of fenced code blocks in this language."""
    tool: tuple[str, ...] = ()
    """What is asked for its version; empty: the first executable."""
    version: tuple[str, ...] = ("--version",)
    """Arguments that make it print its version."""
    limits: Limits = field(default_factory=Limits)
    compile_limits: Limits = COMPILING
    out_of_memory: tuple[bytes, ...] = ()
    """What its runtime writes to standard error when memory runs out. A program can write that too, and only
    trades one failure for another."""
    runtime: str = "native"
    """Name of the sandbox's runtime; a warm one for Python."""


def script(name: str, *command: str) -> Callable[[str], Build]:
    """A language whose source is run as it is."""
    return lambda source: Build({name: source.encode()}, (*command, name))


def compiled(
    name: str, compiler: tuple[str, ...], run: tuple[str, ...] = ("/box/main",)
) -> Callable[[str], Build]:
    """A language whose compiler takes a file of a fixed name."""
    return lambda source: Build({name: source.encode()}, run, compiler)
