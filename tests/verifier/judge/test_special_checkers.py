"""Checker programs that are broken themselves: nobody's answer is worth less for it."""

from __future__ import annotations

import pytest

from verifier.errors import InvalidTask
from verifier.model import (
    CheckerChoice,
    CodeTask,
    JudgeProgram,
    Options,
    StdioCase,
    StdioTests,
    Task,
    Verdict,
    Verifier,
)


def task(language: str, source: str) -> Task:
    """One case, `1` to `2`, under this checker."""
    checker = CheckerChoice(program=JudgeProgram(language, source))
    return Task(CodeTask("python", StdioTests((StdioCase(b"1\n", b"2\n"),)), checker=checker))


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "print("),
        ("python", "raise ValueError"),
        ("python", "while True: pass"),
        ("python", "import os; os.kill(os.getpid(), 9)"),
        ("python", "raise SystemExit(3)"),
        ("python", "raise SystemExit(7)"),
        ("cpp", "int main() { return x; }"),
        ("cpp", "int main() { __builtin_trap(); }"),
    ],
)
async def test_a_checker_that_fails_on_the_answer_itself_is_the_callers_error(
    verifier: Verifier, language: str, source: str
) -> None:
    """Not a score."""
    with pytest.raises(InvalidTask, match="checker"):
        await verifier.verify("print(2)", task(language, source), Options())


@pytest.mark.asyncio(loop_scope="session")
async def test_what_a_checker_says_is_for_callers_who_may_see_expected_values(verifier: Verifier) -> None:
    """It tends to name them."""
    source = "import sys\nprint('hush', file=sys.stderr)\nsys.exit(1)"
    hidden = await verifier.verify("print(3)", task("python", source), Options())
    shown = await verifier.verify("print(3)", task("python", source), Options(reveal_expected=True))

    assert hidden.verdict is shown.verdict is Verdict.WRONG_ANSWER
    assert "hush" not in hidden.detail
    assert "hush" in shown.detail
