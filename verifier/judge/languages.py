"""Languages that tasks may name. Python is judged; the others are known, and refused as not installed."""

from __future__ import annotations

from sandbox.model import Limits
from verifier.judge.model import Language

_COMPILE = Limits(cpu_seconds=30.0)

_ROWS = (
    Language("python", ("python", "py", "python3", "python2"), "solution.py", Limits(), _COMPILE),
    Language("pypy", ("pypy", "python", "py", "python3", "pypy3"), "solution.py"),
    Language("c", ("c", "c99", "c11", "c17", "c23", "h"), "solution.c"),
    Language("cpp", ("cpp", "c++", "cc", "cxx", "c++17", "c++20", "hpp"), "solution.cpp"),
    Language("java", ("java",), "Main.java"),
    Language("javascript", ("javascript", "js", "node", "nodejs", "mjs"), "solution.js"),
    Language("typescript", ("typescript", "ts"), "solution.ts"),
    Language("go", ("go", "golang"), "solution.go"),
    Language("rust", ("rust", "rs"), "solution.rs"),
    Language("ruby", ("ruby", "rb"), "solution.rb"),
    Language("php", ("php",), "solution.php"),
    Language("perl", ("perl", "pl"), "solution.pl"),
    Language("lua", ("lua",), "solution.lua"),
    Language("csharp", ("csharp", "cs", "c#"), "solution.cs"),
    Language("kotlin", ("kotlin", "kt", "kts"), "solution.kt"),
    Language("scala", ("scala",), "solution.scala"),
    Language("haskell", ("haskell", "hs"), "solution.hs"),
    Language("ocaml", ("ocaml", "ml"), "solution.ml"),
    Language("fortran", ("fortran", "f90", "f95"), "solution.f90"),
    Language("pascal", ("pascal", "pas", "delphi"), "solution.pas"),
    Language("r", ("r",), "solution.r"),
    Language("bash", ("bash", "sh", "shell"), "solution.sh"),
    Language("sql", ("sql", "sqlite"), "solution.sql"),
)

LANGUAGES = {language.name: language for language in _ROWS}
"""By name."""
