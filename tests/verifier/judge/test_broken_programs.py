"""What is no program is refused in its tool's own words, of bounded size, in every language."""

from __future__ import annotations

import re

import pytest

from sandbox.languages.table import LANGUAGES
from tests.heavy import languages
from verifier.errors import NotInstalled
from verifier.judge.show import DETAIL_CHARACTERS
from verifier.model import CodeTask, Options, StdioCase, StdioTests, Task, Verdict, Verifier

BROKEN = "\nthis is ((( no program in any of them ¤"
WORDS = re.compile(r"error|expected|invalid|unterminated", re.IGNORECASE)
REFUSALS = {Verdict.COMPILE_ERROR, Verdict.RUNTIME_ERROR}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", languages(LANGUAGES))
async def test_broken_program_is_refused_with_words(verifier: Verifier, name: str) -> None:
    """By the compiler, or at its start; two hundred broken lines are not told one by one."""
    language = LANGUAGES[name]
    task = Task(CodeTask(name, StdioTests((StdioCase(b"world\n", b"hello world\n"),))))
    try:
        verifier.check(task)
    except NotInstalled as missing:
        pytest.skip(str(missing))
    judgement = await verifier.verify(f"<?php{BROKEN * 200}\n{language.hello.source}", task, Options())

    assert judgement.verdict in REFUSALS, judgement
    assert judgement.score == 0
    assert WORDS.search(judgement.detail), judgement.detail
    assert len(judgement.detail) <= DETAIL_CHARACTERS + len("test 0: ")
