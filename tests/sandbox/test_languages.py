"""Every language proves itself: its hello program runs, and so does what honest programs take for granted."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sandbox.languages
from sandbox.languages.table import LANGUAGES, find, find_installed
from sandbox.model import Ended, Outcome, Program, Run, Sandbox, Source
from sandbox.retry import SCRIPT
from tests.heavy import languages
from verifier.redteam.abuse import traces

if TYPE_CHECKING:
    from sandbox.languages.model import Language

in_session = pytest.mark.asyncio(loop_scope="session")


def test_every_language_file_is_in_the_table() -> None:
    """One file, one line."""
    folder = Path(sandbox.languages.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "model", "node", "table"}

    assert files == set(LANGUAGES)


@in_session
async def test_every_language_is_installed_or_says_what_to_install() -> None:
    """Never neither."""
    found = await find_installed()

    assert set(found) == set(LANGUAGES)
    for name, installed in found.items():
        assert bool(installed.version) == installed.available, name
        assert installed.available or LANGUAGES[name].packages in installed.reason


async def test_who_stops_looking_leaves_no_process() -> None:
    """The service may be asked to end while it starts."""
    before = set(traces.below(os.getpid()))
    looking = asyncio.create_task(find_installed())
    await asyncio.sleep(0.2)
    assert set(traces.below(os.getpid())) > before

    looking.cancel()
    await asyncio.wait((looking,))

    assert looking.cancelled()
    assert set(traces.below(os.getpid())) <= before


async def judge(
    sandbox: Sandbox, language: Language, source: str, stdin: bytes
) -> tuple[Outcome | None, Outcome | None]:
    """Compile where there is a compiler, and run where that went well."""
    build = language.build(source)
    runtime = "native"
    main: object = build.run
    program = Program(
        runtime, files=build.files, compile_argv=build.compile, compile_limits=language.compile_limits
    )
    if language.runtime == "python":
        main, program = SCRIPT, Program("python", (Source("solution", "solution.py", source.encode()),))
    async with sandbox.open(program) as jail:
        compiled = await jail.compile() if program.compile_argv else None
        if compiled is not None and compiled.exit_code != 0:
            return compiled, None
        return compiled, await jail.run(Run(main, stdin=stdin, limits=language.limits))


async def available(name: str) -> Language:
    """The language, or a skip with the reason."""
    installed = await find(LANGUAGES[name])
    if not installed.available:
        pytest.skip(installed.reason)
    return LANGUAGES[name]


@in_session
@pytest.mark.parametrize("name", languages(LANGUAGES))
async def test_hello_program_runs(native_sandbox: Sandbox, name: str) -> None:
    """In a jail, with input and output."""
    language = await available(name)
    compiled, outcome = await judge(native_sandbox, language, language.hello.source, language.hello.input)

    assert outcome is not None, compiled
    assert (outcome.ended, outcome.exit_code) == (Ended.EXITED, 0), outcome.stderr
    assert outcome.stdout == language.hello.output


# What a model may take for granted in a language, as a whole program of it.
HABITS = {
    "javascript": ("lodash", "console.log(require('lodash').chunk([1, 2, 3], 2).length)", b"2\n"),
    "kotlin": ("names of old", 'fun main() { println("A".toLowerCase()) }', b"a\n"),
    "php": ("extensions", "<?php echo ctype_digit('12') ? 1 : 0;", b"1"),
    "ruby": ("Set without require", "puts Set.new([1, 1]).size", b"1\n"),
    "typescript": ("wrong types", "enum E { A = 1 }\nconst n: string = E.A; console.log(n as any)", b"1\n"),
}


@in_session
@pytest.mark.parametrize("name", languages(HABITS))
async def test_habits_of_a_language_work(native_sandbox: Sandbox, name: str) -> None:
    """Modules and syntax that honest programs use as if they came with it."""
    language = await available(name)
    if name == "javascript" and "without" in (await find(language)).version:
        pytest.skip("lodash is not installed")
    _, source, output = HABITS[name]
    compiled, outcome = await judge(native_sandbox, language, source, b"")

    assert outcome is not None, compiled
    assert outcome.stdout == output, outcome.stderr


REFUSED = {
    "php": ("an assertion that does not hold", "<?php assert(1 > 2);"),
    "typescript": ("what its parser would skip", "function f() { const x = 5 5; return x;\nthrow 'no'"),
}


@in_session
@pytest.mark.parametrize("name", REFUSED)
async def test_what_a_tool_forgives_by_default_is_not_forgiven(native_sandbox: Sandbox, name: str) -> None:
    """Debian's settings of PHP drop assertions; TypeScript translates what it could not parse."""
    language = await available(name)
    compiled, outcome = await judge(native_sandbox, language, REFUSED[name][1], b"")
    last = outcome or compiled

    assert last is not None
    assert last.exit_code != 0
    assert last.stderr


@pytest.mark.skipif("CI" not in os.environ, reason="what is installed here is your own business")
async def test_ci_judges_a_dozen_languages() -> None:
    """A fresh machine gets them, and lodash, from .ci/run."""
    found = await find_installed()

    assert sum(installed.available for installed in found.values()) >= 12, found
    assert "with lodash" in found["javascript"].version
