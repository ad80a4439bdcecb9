"""An identical program is compiled once, with the same results, and nothing else of anybody's is shared."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.compiled import CompileCache, Compiled
from sandbox.model import BoxFile, Ended, Outcome, Program, Run, Sandbox
from tests.sandbox.conftest import QUICK

in_session = pytest.mark.asyncio(loop_scope="session")

COMPILER = "cp solution.txt nested/copy; date +%s%N > stamp; cp /bin/cat main; echo fine >&2"
"""Leaves a program, files in a folder, and the moment at which it ran."""
PROGRAM = Program(
    "native",
    files={"solution.txt": b"one", "nested/other": b"two"},
    compile_argv=("/bin/sh", "-c", COMPILER),
    compile_limits=QUICK,
)


async def compiled_and_shown(sandbox: Sandbox, program: Program, *show: str) -> tuple[Outcome, Outcome]:
    """The facts of compiling, and those of a run that shows files with the program that was compiled."""
    async with sandbox.open(program) as jail:
        return await jail.compile(), await jail.run(Run(("/box/main", *show), limits=QUICK))


@in_session
async def test_what_a_compiler_left_serves_identical_programs(native_sandbox: Sandbox) -> None:
    """Programs and files in folders, with the same facts as the first time."""
    shown = "/box/stamp", "/box/nested/copy"
    first, first_run = await compiled_and_shown(native_sandbox, PROGRAM, *shown)
    second, second_run = await compiled_and_shown(native_sandbox, PROGRAM, *shown)

    assert (first.ended, first.exit_code, first.stderr) == (Ended.EXITED, 0, b"fine\n")
    assert first_run.exit_code == 0, first_run.stderr
    assert first_run.stdout.endswith(b"\none")
    assert second == first
    assert second_run.stdout == first_run.stdout  # the moment at which the compiler ran


OTHERS = {
    "source": dataclasses.replace(PROGRAM, files={**PROGRAM.files, "solution.txt": b"two"}),
    "another file": dataclasses.replace(PROGRAM, files={**PROGRAM.files, "more": b""}),
    "name of a file": dataclasses.replace(
        PROGRAM, files={"solution.txt": b"one", "nested/otherwise": b"two"}
    ),
    "border between files": dataclasses.replace(
        PROGRAM, files={"solution.txt": b"onet", "nested/other": b"wo"}
    ),
    "command line": dataclasses.replace(PROGRAM, compile_argv=("/bin/sh", "-c", f"{COMPILER};")),
    "limits": dataclasses.replace(PROGRAM, compile_limits=dataclasses.replace(QUICK, cpu_seconds=1)),
}


@in_session
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
async def test_what_differs_in_anything_is_compiled(native_sandbox: Sandbox, other: Program) -> None:
    """Source, command line and limits are the program's identity."""
    _, run = await compiled_and_shown(native_sandbox, PROGRAM, "/box/stamp")
    _, other_run = await compiled_and_shown(native_sandbox, other, "/box/stamp")

    assert other_run.stdout != run.stdout


@in_session
async def test_runs_cannot_change_what_is_kept(native_sandbox: Sandbox) -> None:
    """Not the first one, which has the compiler's own box, and not a later one, which has a copy."""
    spoil = ("/bin/sh", "-c", "echo spoilt > /box/stamp; echo spoilt > /box/nested/copy; rm /box/main; true")
    program = dataclasses.replace(PROGRAM, files={**PROGRAM.files, "name": b"spoiling"})
    for _ in range(2):
        async with native_sandbox.open(program) as jail:
            await jail.compile()
            await jail.run(Run(spoil, limits=QUICK))
    _, run = await compiled_and_shown(native_sandbox, program, "/box/stamp", "/box/nested/copy")

    assert b"spoilt" not in run.stdout
    assert run.stdout.endswith(b"\none")


STRANGE = {
    "a failure": "date +%s%N >&2; exit 1",
    "a death": "date +%s%N >&2; kill -9 $$",
    "a link": "date +%s%N >&2; ln -s /etc/passwd link",
    "a pipe": "date +%s%N >&2; mkfifo pipe",
    "too many files": "date +%s%N >&2; for i in $(seq 101); do : > $i; done",
    "too large a file": "date +%s%N >&2; truncate -s 60M large",
}


@in_session
@pytest.mark.parametrize("command", STRANGE.values(), ids=STRANGE.keys())
async def test_what_cannot_be_kept_is_compiled_again(native_sandbox: Sandbox, command: str) -> None:
    """Failures too: whatever made the compiler fail may have been ours."""
    compile_argv = ("/bin/sh", "-c", command)
    program = Program("native", compile_argv=compile_argv, compile_limits=QUICK)
    said = []
    for _ in range(2):
        async with native_sandbox.open(program) as jail:
            said.append((await jail.compile()).stderr)

    assert said[0]
    assert said[0] != said[1]


def numbered(number: int) -> Program:
    """One of many programs."""
    return Program("native", files={"number": b"%d" % number}, compile_argv=("cc",))


def result(size_bytes: int) -> Compiled:
    """Something that takes this much to keep."""
    nothing = Outcome(Ended.EXITED, 0, None, 0, 0, 0, 0, b"", b"", b"")
    return Compiled(nothing, (BoxFile("m", True, b"x" * (size_bytes - 1)),))


def test_the_cache_is_bounded_in_bytes() -> None:
    """What was not asked for longest goes first, and what is large is not kept at all."""
    cache = CompileCache(800)
    for number in range(8):
        cache.put(numbered(number), result(100))
    assert cache.get(numbered(0)) is not None
    cache.put(numbered(8), result(100))
    cache.put(numbered(9), result(101))

    kept = [number for number in range(10) if cache.get(numbered(number))]
    assert kept == [0, 2, 3, 4, 5, 6, 7, 8]


def test_a_cache_of_no_size_keeps_nothing() -> None:
    """Not even what is empty."""
    cache = CompileCache(0)
    cache.put(numbered(0), result(1))

    assert cache.get(numbered(0)) is None
