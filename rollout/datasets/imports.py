"""What graders of LiveCodeBench and its relatives put before every program: a row of imports.

Programs that were written for them use `List`, `Counter` or `gcd` without an import of their own.
"""

from __future__ import annotations

_STARRED = (
    *("string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random", "statistics"),
    *("itertools", "functools", "operator", "io", "sys", "json", "builtins", "typing"),
)
"""Modules whose names all programs have, in the order of `lcb_runner/evaluation/testing_util.py`: later ones
take the names of earlier ones."""
_NAMED = tuple(name for name in _STARRED if name not in ("builtins", "typing"))
PRELUDE = "".join(
    [
        *(f"from {name} import *\n" for name in _STARRED),
        *(f"import {name}\n" for name in _NAMED),
        "sys.setrecursionlimit(50000)\n",
    ]
)
