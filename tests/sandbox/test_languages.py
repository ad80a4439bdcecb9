"""Every language proves itself: its hello program runs, a broken one is refused with the tool's own words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sandbox.languages
from sandbox.languages.table import LANGUAGES, find_installed
from sandbox.model import Ended, Outcome, Program, Run, Sandbox, Source
from sandbox.retry import SCRIPT
from tests.heavy import languages

if TYPE_CHECKING:
    from sandbox.languages.model import Language

in_session = pytest.mark.asyncio(loop_scope="session")

BROKEN = "<?php this is ((( no program in any of them ¤"


def test_every_language_file_is_in_the_table() -> None:
    """One file, one line."""
    folder = Path(sandbox.languages.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "model", "table"}

    assert files == set(LANGUAGES)


@in_session
async def test_every_language_is_installed_or_says_what_to_install() -> None:
    """Never neither."""
    found = await find_installed()

    assert set(found) == set(LANGUAGES)
    for name, installed in found.items():
        assert bool(installed.version) == installed.available, name
        assert installed.available or LANGUAGES[name].packages in installed.reason


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
    installed = (await find_installed())[name]
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


@in_session
@pytest.mark.parametrize("name", languages(LANGUAGES))
async def test_broken_program_is_refused_with_words(native_sandbox: Sandbox, name: str) -> None:
    """By the compiler, or at its start."""
    language = await available(name)
    compiled, outcome = await judge(native_sandbox, language, BROKEN, b"")
    last = outcome or compiled

    assert last is not None
    assert last.exit_code != 0
    assert last.stderr + last.stdout
