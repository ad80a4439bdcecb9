"""Python 3, as forks of a warm interpreter: a test costs a millisecond instead of an interpreter start."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

_VERSION = """
import importlib.metadata, platform
named = []
for name in ("numpy", "scipy", "sympy", "pandas"):
    try:
        named.append(f"{name} {importlib.metadata.version(name)}")
    except importlib.metadata.PackageNotFoundError:
        pass
print("Python", platform.python_version(), "with " + ", ".join(named) if named else "")
"""

LANGUAGE = Language(
    name="python",
    build=script("solution.py", "/usr/bin/python3"),
    executables=("/usr/bin/python3",),
    packages="python3",
    version=("-I", "-c", _VERSION),
    hello=Hello("print('hello', input())"),
    fences=("py", "python3", "py3"),
    runtime="python",
)
