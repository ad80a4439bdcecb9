"""PyPy, for programs that compute much."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="pypy",
    build=script("solution.py", "/usr/bin/pypy3"),
    executables=("/usr/bin/pypy3",),
    packages="pypy3",
    hello=Hello("print('hello', input())"),
    fences=("pypy3", "python", "py", "python3"),
    out_of_memory=(b"MemoryError",),
)
