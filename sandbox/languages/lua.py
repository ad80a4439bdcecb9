"""Lua 5.4."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="lua",
    build=script("solution.lua", "/usr/bin/lua5.4"),
    executables=("/usr/bin/lua5.4",),
    packages="lua5.4",
    version=("-v",),
    hello=Hello("print('hello ' .. io.read())"),
    out_of_memory=(b"not enough memory",),
)
