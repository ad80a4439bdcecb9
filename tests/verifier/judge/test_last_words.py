"""Which line of what a dying program wrote is quoted, for what runtimes really write."""

from __future__ import annotations

import pytest

from verifier.judge import show

DEATHS = {
    "python": ("Traceback (most recent call last):\n  File ...\nKeyError: 'error'\n", "KeyError: 'error'"),
    "python, own class": ("Traceback (most recent call last):\n  raise X\n__main__.X: 1\n", "__main__.X: 1"),
    "node": (
        "s.js:1\nthis is\n\nSyntaxError: Unexpected identifier 'is'\n    at wrapSafe\n\nNode.js v20.20.2\n",
        "SyntaxError: Unexpected identifier 'is'",
    ),
    "java": (
        'Exception in thread "main" java.lang.RuntimeException: no\n\tat Main.main(Main.java:5)\n',
        'Exception in thread "main" java.lang.RuntimeException: no',
    ),
    "go": ("panic: no\n\ngoroutine 1 [running]:\nmain.main()\nexit status 2\n", "panic: no"),
    "r": ("Error: unexpected symbol\nExecution halted\n", "Error: unexpected symbol"),
    "sqlite": (
        'Parse error near line 2: near "this": syntax error\n  this is\n  ^--- error here\n',
        'Parse error near line 2: near "this": syntax error',
    ),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("runtime", DEATHS)
def test_the_reason_is_quoted_and_not_the_farewell(runtime: str) -> None:
    """Traces, context and greetings of a runtime say less."""
    stderr, words = DEATHS[runtime]

    assert show.last_words(stderr.encode()) == words
