"""Haskell (GHC)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="haskell",
    build=compiled("solution.hs", ("/usr/bin/ghc", "-v0", "-O1", "-o", "main", "solution.hs")),
    executables=("/usr/bin/ghc",),
    packages="ghc",
    hello=Hello('main = getLine >>= putStrLn . ("hello " ++)'),
    fences=("hs",),
    out_of_memory=(b"heap overflow", b"out of memory"),
)
