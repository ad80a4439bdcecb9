"""The styles of tests a code task can have, told apart by the field that only one of them has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import Field

from rollout.errors import FieldError
from rollout.jsontext import loads
from rollout.tasks.base import Strict, checked, without_nulls
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Mapping


class TestStyle(Strict):
    """The fields that every style has."""

    __test__ = False  # not a test of ours, whatever pytest makes of the name

    setup: str | None = None

    def add_tests(self, code: pb.CodeTask) -> None:
        """Set the oneof `tests`.

        Raises:
            FieldError: there are no tests, or they do not fit together.
        """
        raise NotImplementedError


class InputsOutputs(TestStyle):
    """Texts for standard input and output; with `fn_name`, arguments and results of calls."""

    inputs: list[Any]
    outputs: list[Any]
    fn_name: str | None = Field(default=None, min_length=1)

    def add_tests(self, code: pb.CodeTask) -> None:
        """StdioTests or CallTests."""
        if not self.inputs and not self.outputs:
            raise FieldError("inputs", "no tests")
        if len(self.inputs) != len(self.outputs):
            raise FieldError("outputs", f"{len(self.outputs)} outputs for {len(self.inputs)} inputs")
        if self.fn_name is None:
            code.stdio.cases.extend(self._stdio_cases())
        else:
            code.call.function_name = self.fn_name
            code.call.cases.extend(self._call_cases())

    def _stdio_cases(self) -> list[pb.StdioCase]:
        return [
            pb.StdioCase(
                input=_text(given, f"inputs[{index}]"),
                output=_text(expected, f"outputs[{index}]"),
            )
            for index, (given, expected) in enumerate(zip(self.inputs, self.outputs, strict=True))
        ]

    def _call_cases(self) -> list[pb.CallCase]:
        return [
            pb.CallCase(
                arguments=_arguments(given, f"inputs[{index}]"),
                expected=_expected(expected, given, f"outputs[{index}]"),
            )
            for index, (given, expected) in enumerate(zip(self.inputs, self.outputs, strict=True))
        ]


class Asserts(TestStyle):
    """Assert statements, run one by one."""

    asserts: list[str]

    def add_tests(self, code: pb.CodeTask) -> None:
        """AssertTests."""
        if not self.asserts:
            raise FieldError("asserts", "no tests")
        for index, statement in enumerate(self.asserts):
            _need_source(statement, f"asserts[{index}]")
        code.asserts.asserts.extend(self.asserts)


class Check(TestStyle):
    """A function `check(candidate)`, in the manner of HumanEval."""

    check: str
    entry_point: str = Field(min_length=1)

    def add_tests(self, code: pb.CodeTask) -> None:
        """CheckTests."""
        _need_source(self.check, "check")
        code.check.source, code.check.entry_point = self.check, self.entry_point


class Pytest(TestStyle):
    """A test module that imports the candidate as `solution`."""

    pytest: str

    def add_tests(self, code: pb.CodeTask) -> None:
        """PytestTests."""
        _need_source(self.pytest, "pytest")
        code.pytest.source = self.pytest


class TestProgram(TestStyle):
    """Source appended to the candidate: it finishes normally or dies."""

    program: str

    def add_tests(self, code: pb.CodeTask) -> None:
        """ProgramTests."""
        _need_source(self.program, "program")
        code.program.source = self.program


STYLES: Mapping[str, type[TestStyle]] = {
    "inputs": InputsOutputs,
    "asserts": Asserts,
    "check": Check,
    "pytest": Pytest,
    "program": TestProgram,
}
"""By the field that tells the style."""


def parse_tests(tests: Mapping[str, Any]) -> TestStyle:
    """The tests, checked.

    Raises:
        FieldError: they are of no style, of two, or a field is wrong.
    """
    tests = without_nulls(tests)
    named = [key for key in STYLES if key in tests]
    if len(named) != 1:
        found = " and ".join(named) if named else "none"
        raise FieldError("", f"no tests: exactly one of {', '.join(STYLES)} is needed, found {found}")
    return checked(STYLES[named[0]], tests)


def _need_source(text: str, field: str) -> None:
    if not text.strip():
        raise FieldError(field, "no tests: the source is empty")


def _text(value: object, field: str) -> bytes:
    if not isinstance(value, str):
        raise FieldError(field, "must be a text (for calls, name the function in `fn_name`)")
    return value.encode()


def _arguments(given: object, field: str) -> bytes:
    """A JSON array of arguments: as it is, or from a text with one JSON value per line."""
    if isinstance(given, list):
        return _json(given, field)
    if not isinstance(given, str):
        raise FieldError(field, "must be an array of arguments, or a text with one JSON value per line")
    lines = [line for line in given.split("\n") if line.strip()]
    for number, line in enumerate(lines, start=1):
        if not _is_json(line):
            raise FieldError(field, f"line {number} of the text is not a JSON value")
    return f"[{','.join(lines)}]".encode()


def _expected(expected: object, given: object, field: str) -> bytes:
    """The result as JSON. Where arguments are texts, so are results: read as JSON if they are."""
    if isinstance(given, str) and isinstance(expected, str) and _is_json(expected):
        return expected.strip().encode()
    return _json(expected, field)


def _json(value: object, field: str) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except TypeError:  # HugeInteger
        reason = "holds an integer of thousands of digits, which Python's JSON does not read"
        raise FieldError(field, reason) from None


def _is_json(text: str) -> bool:
    try:
        loads(text)
    except FieldError:
        return False
    return True
