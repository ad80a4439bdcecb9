"""From a submission to what the sandbox takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.model import Program, Source
from verifier.judge import runtime
from verifier.judge.inside.load import SOURCE

if TYPE_CHECKING:
    from verifier.judge.model import Submission


def python(submission: Submission) -> Program:
    """A program for the warm Python runtime."""
    text = submission.code.encode("utf-8", "surrogatepass")  # lone surrogates are for the compiler to refuse
    return Program(
        runtime=runtime.PYTHON.name,
        sources=(Source(SOURCE, submission.language.source_name, text),),
        files=submission.task.files,
        compile_limits=submission.compile_limits,
    )
