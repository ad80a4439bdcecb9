"""LiveCodeBench, and what DeepCoder made of it: lists of `{input, output, testtype}`.

Private tests are JSON, or base64 of zlib of a pickle of JSON. A pickle can run any code when it is loaded;
the reader here admits one text and nothing else.

LiveCodeBench's harness puts a row of imports before every program, and programs that were written for it use
`List`, `Counter` or `gcd` without an import of their own: the same modules make the task's prefix here.
"""

from __future__ import annotations

import base64
import binascii
import io
import pickle
import zlib
from typing import Any, NoReturn

from rollout.datasets.columns import data, spelled, text
from rollout.datasets.model import Dataset, Row
from rollout.errors import FieldError

_MOST_BYTES = 1 << 30
"""Unpacked; the largest published tests of a problem have some hundred megabytes."""


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


class _TextOnly(pickle.Unpickler):
    """Refuses every class and function: what remains is plain data."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module}.{name} in a file of tests")

    def persistent_load(self, _: Any) -> NoReturn:
        raise pickle.UnpicklingError("a reference in a file of tests")


def unpack(packed: str, field: str) -> str:
    """The JSON text in packed tests.

    Raises:
        FieldError: it is not exactly one text.
    """
    try:
        inflate = zlib.decompressobj()
        raw = inflate.decompress(base64.b64decode(packed, validate=True), _MOST_BYTES)
        value = _TextOnly(io.BytesIO(raw)).load()
    except (binascii.Error, zlib.error, pickle.UnpicklingError, EOFError, ValueError, IndexError) as problem:
        raise FieldError(field, f"cannot be unpacked: {problem}") from None
    if not inflate.eof or type(value) is not str:
        raise FieldError(field, "packs something other than one text")
    return value


def _task(row: Row) -> dict[str, Any]:
    private = text(row, "private_test_cases")
    if not private.lstrip().startswith("["):
        private = unpack(private, "private_test_cases")
    cases = [*data(row, "public_test_cases"), *spelled(private, "private_test_cases")]
    named = data(row, "metadata").get("func_name")
    tests: dict[str, Any] = {
        "inputs": [case["input"] for case in cases],
        "outputs": [case["output"] for case in cases],
    }
    if named:
        tests["fn_name"] = named
    return {"verifier": "code", "language": "python", "prefix": PRELUDE, "checker": "lcb", "tests": tests}


LIVECODEBENCH = Dataset("livecodebench", ("public_test_cases", "private_test_cases", "metadata"), _task)
