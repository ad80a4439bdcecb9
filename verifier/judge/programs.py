"""From a submission to what the sandbox takes: a program, and how each of its runs starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.languages.table import missing_files
from sandbox.model import Program, Source
from verifier.errors import InvalidTask
from verifier.judge import runtime
from verifier.judge.inside.load import SOURCE

if TYPE_CHECKING:
    from sandbox.languages.model import Language
    from sandbox.model import Entry, Runtime
    from verifier.judge.model import Submission

_PYTHON_FILE = "solution.py"
"""What tracebacks show."""


def whole(submission: Submission) -> tuple[Program, Entry | tuple[str, ...]]:
    """A program that is run from its start to its end, in any language."""
    if submission.language.runtime == runtime.PYTHON.name:
        return python(submission), runtime.SCRIPT
    build = submission.language.build(submission.code)
    program = Program(
        runtime=submission.language.runtime,
        files={**submission.files, **build.files},
        compile_argv=build.compile,
        compile_limits=submission.compile_limits,
    )
    return program, build.run


def python(submission: Submission, warm: Runtime = runtime.PYTHON) -> Program:
    """A program for a warm Python runtime, compiled once for all of its runs."""
    text = submission.code.encode("utf-8", "surrogatepass")  # lone surrogates are for the compiler to refuse
    return Program(
        runtime=warm.name,
        sources=(Source(SOURCE, _PYTHON_FILE, text),),
        files=submission.files,
        compile_limits=submission.compile_limits,
    )


def missing(language: Language) -> list[str]:
    """Files without which a language cannot be judged here; a warm runtime has its own interpreter."""
    if language.runtime != runtime.NATIVE.name:
        return []
    return missing_files(language)


def python_alone(language: Language, field: str) -> None:
    """Refuse tests that are written in Python for programs that are not.

    Raises:
        InvalidTask: names the tests.
    """
    if language.runtime != runtime.PYTHON.name:
        raise InvalidTask(field, f"tests of this style are for python, not for {language.name}")
