"""Python 3, as forks of a warm interpreter: a test costs a millisecond instead of an interpreter start."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="python",
    build=script("solution.py", "/usr/bin/python3"),
    executables=("/usr/bin/python3",),
    packages="python3",
    hello=Hello("print('hello', input())"),
    fences=("py", "python3", "py3"),
    runtime="python",
)
