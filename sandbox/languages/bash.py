"""Bash."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="bash",
    build=script("solution.sh", "/bin/bash"),
    executables=("/bin/bash",),
    packages="bash",
    hello=Hello("read name; echo hello $name"),
    fences=("sh", "shell"),
)
