"""LiveCodeBench, and what DeepCoder and SYNTHETIC-1 have in its manner: lists of cases.

Private tests are JSON, or base64 of zlib of a pickle of JSON. A pickle can run any code when it is loaded;
the reader here admits one text and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import io
import pickle
import zlib
from typing import Any, NoReturn

from rollout.datasets import inputs_outputs
from rollout.datasets.columns import data, spelled, text
from rollout.datasets.imports import PRELUDE
from rollout.datasets.model import Dataset, Row
from rollout.errors import FieldError

_MOST_BYTES = 1 << 30
"""Unpacked; the largest published tests of a problem have some hundred megabytes."""


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
    return _by_its_rules(cases, data(row, "metadata").get("func_name"))


def _by_its_rules(cases: list[Any], named: str | None) -> dict[str, Any]:
    tests: dict[str, Any] = {
        "inputs": [case["input"] for case in cases],
        "outputs": [case["output"] for case in cases],
    }
    if named:
        tests["fn_name"] = named
    return {"verifier": "code", "language": "python", "prefix": PRELUDE, "checker": "lcb", "tests": tests}


def _deepcoder(row: Row) -> dict[str, Any]:
    return _of_cases(data(row, "tests"), "tests")


def _synthetic(row: Row) -> dict[str, Any]:
    """`verification_info` is a Python literal in the original, and an object in cleaned copies."""
    info = data(row, "verification_info")
    if not isinstance(info, dict) or info.get("language", "python") != "python":
        raise FieldError("verification_info", "holds no tests for python")
    return _of_cases(info.get("test_cases"), "verification_info")


def _of_cases(cases: Any, field: str) -> dict[str, Any]:
    """DeepCoder's parts have the forms of the sets they were made of: told by their members."""
    if isinstance(cases, dict):
        return inputs_outputs.code(inputs_outputs.tests_of(cases, field))
    if not isinstance(cases, list) or not cases or not all(isinstance(case, dict) for case in cases):
        raise FieldError(field, "must be a list of cases")
    if "testtype" in cases[0]:
        return _by_its_rules(cases, (cases[0].get("metadata") or {}).get("func_name"))
    named = {"fn_name": cases[0]["fn_name"]} if cases[0].get("fn_name") else {}
    columns = {f"{name}s": [_value(case, name, field) for case in cases] for name in ("input", "output")}
    return inputs_outputs.code(inputs_outputs.tests_of({**columns, **named}, field))


def _value(case: dict[str, Any], name: str, field: str) -> Any:
    """Of calls, arguments and results may be texts that spell them."""
    if name not in case:
        raise FieldError(field, f"a case without `{name}`")
    value = case[name]
    return spelled(value, field) if case.get("fn_name") and isinstance(value, str) else value


LIVECODEBENCH = Dataset(
    "livecodebench", ("public_test_cases", "private_test_cases", "metadata"), "question_id", _task
)
DEEPCODER = Dataset("deepcoder", ("problem", "tests"), "", _deepcoder)
SYNTHETIC = Dataset("synthetic", ("verification_info",), "problem_id", _synthetic)
