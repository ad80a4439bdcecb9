"""From the messages of a task to the model. Pure.

Checks what the contract calls required, and that numbers are numbers. What a field means, and whether a task
can be judged here, is the verifier's business. Fields in errors begin with `task`; whoever knows where the
task lay in its request says so (`verifier.wire.place`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from google.protobuf import json_format

from verifier.errors import InvalidTask
from verifier.model import (
    AnswerTask,
    AssertTests,
    CallCase,
    CallTests,
    CheckerChoice,
    CheckTests,
    CodeTask,
    Constraint,
    FormatRule,
    InstructionTask,
    JudgeProgram,
    LimitsWanted,
    ProgramTests,
    PytestTests,
    StdioCase,
    StdioTests,
    Task,
)
from verifier.wire.enums import FORMAT_USES, SCORINGS, STRICTNESSES, known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sized

    from google.protobuf.duration_pb2 import Duration
    from google.protobuf.struct_pb2 import Struct

    from verifier.model import Shape, Tests
    from verifier.v1 import verifier_pb2 as pb

S = TypeVar("S", bound="Sized")


def parse_task(message: pb.Task) -> Task:
    """Read a task.

    Raises:
        InvalidTask: something required is missing, or a number is none.
    """
    kind = message.WhichOneof("shape")
    if kind is None:
        raise InvalidTask("task", "has no shape that this server knows: set answer, code or instruction")
    return Task(
        shape=SHAPES[kind](getattr(message, kind)),
        verifier=message.verifier,
        format=tuple(_format_rule(rule, f"task.format[{i}]") for i, rule in enumerate(message.format)),
    )


def _answer(message: pb.AnswerTask) -> AnswerTask:
    return AnswerTask(
        answers=tuple(_filled(message.answers, "task.answer.answers")),
        tolerance=_size(message, "tolerance", "task.answer"),
        relative_tolerance=_size(message, "relative_tolerance", "task.answer"),
        answer_type=message.answer_type,
        choices=tuple(message.choices),
        unit=message.unit,
    )


def _code(message: pb.CodeTask) -> CodeTask:
    kind = message.WhichOneof("tests")
    if kind is None:
        raise InvalidTask("task.code", "has no tests of a kind that this server knows")
    return CodeTask(
        language=_filled(message.language, "task.code.language"),
        tests=TESTS[kind](getattr(message, kind)),
        setup=message.setup,
        prefix=message.prefix,
        checker=_checker(message.checker),
        interactor=_program(message.interactor, "task.code.interactor")
        if message.HasField("interactor")
        else None,
        limits=_limits(message.limits),
        scoring=known(SCORINGS, message.scoring, "task.code.scoring"),
        files=dict(message.files),
    )


def _instruction(message: pb.InstructionTask) -> InstructionTask:
    constraints = _filled(message.constraints, "task.instruction.constraints")
    return InstructionTask(
        constraints=tuple(
            _constraint(each, f"task.instruction.constraints[{i}]") for i, each in enumerate(constraints)
        ),
        scoring=known(SCORINGS, message.scoring, "task.instruction.scoring"),
        strictness=known(STRICTNESSES, message.strictness, "task.instruction.strictness"),
    )


def _constraint(message: pb.Constraint, field: str) -> Constraint:
    return Constraint(_filled(message.id, f"{field}.id"), _arguments(message.arguments, f"{field}.arguments"))


def _format_rule(message: pb.FormatRule, field: str) -> FormatRule:
    weight = _size(message, "weight", field)
    return FormatRule(
        rule=_filled(message.rule, f"{field}.rule"),
        use=known(FORMAT_USES, message.use, f"{field}.use"),
        weight=1.0 if weight is None else weight,
        arguments=_arguments(message.arguments, f"{field}.arguments"),
    )


def _stdio(message: pb.StdioTests) -> StdioTests:
    cases = _filled(message.cases, "task.code.stdio.cases")
    return StdioTests(tuple(StdioCase(case.input, case.output) for case in cases))


def _call(message: pb.CallTests) -> CallTests:
    cases = _filled(message.cases, "task.code.call.cases")
    return CallTests(
        _filled(message.function_name, "task.code.call.function_name"),
        tuple(CallCase(case.arguments, case.expected) for case in cases),
    )


def _asserts(message: pb.AssertTests) -> AssertTests:
    return AssertTests(tuple(_filled(message.asserts, "task.code.asserts.asserts")))


def _check(message: pb.CheckTests) -> CheckTests:
    return CheckTests(
        _filled(message.source, "task.code.check.source"),
        _filled(message.entry_point, "task.code.check.entry_point"),
    )


def _pytest(message: pb.PytestTests) -> PytestTests:
    return PytestTests(_filled(message.source, "task.code.pytest.source"))


def _program_tests(message: pb.ProgramTests) -> ProgramTests:
    return ProgramTests(_filled(message.source, "task.code.program.source"))


def _checker(message: pb.Checker) -> CheckerChoice:
    program = _program(message.program, "task.code.checker.program") if message.HasField("program") else None
    return CheckerChoice(
        name=message.name,
        program=program,
        absolute_tolerance=_size(message, "absolute_tolerance", "task.code.checker"),
        relative_tolerance=_size(message, "relative_tolerance", "task.code.checker"),
    )


def _program(message: pb.JudgeProgram, field: str) -> JudgeProgram:
    return JudgeProgram(
        _filled(message.language, f"{field}.language"), _filled(message.source, f"{field}.source")
    )


def _limits(message: pb.Limits) -> LimitsWanted:
    field = "task.code.limits"
    return LimitsWanted(
        cpu_seconds=_seconds(message.cpu_time, f"{field}.cpu_time") if message.HasField("cpu_time") else None,
        memory_bytes=message.memory_bytes or None,
        output_bytes=message.output_bytes or None,
        processes=message.processes or None,
        compile_seconds=_seconds(message.compile_time, f"{field}.compile_time")
        if message.HasField("compile_time")
        else None,
    )


def _filled(value: S, field: str) -> S:
    if not len(value):
        raise InvalidTask(field, "is required and empty")
    return value


def _size(message: pb.AnswerTask | pb.Checker | pb.FormatRule, name: str, field: str) -> float | None:
    """An optional double that must be a size: finite and not negative."""
    if not message.HasField(name):
        return None
    value = float(getattr(message, name))
    if not math.isfinite(value) or value < 0:
        raise InvalidTask(f"{field}.{name}", "is not a finite number of at least 0")
    return value


def _seconds(duration: Duration, field: str) -> float:
    if not 0 <= duration.nanos < 1_000_000_000:
        raise InvalidTask(field, "is not a well-formed positive duration")
    seconds = duration.seconds + duration.nanos / 1e9
    if seconds <= 0:
        raise InvalidTask(field, "is not above 0")
    return seconds


def _arguments(message: Struct, field: str) -> dict[str, object]:
    """Plain values; whole numbers become int, as JSON has no other way to say so."""
    try:
        return {name: _plain(value) for name, value in json_format.MessageToDict(message).items()}
    except (ValueError, json_format.Error):  # a value of no kind, or a number that JSON cannot hold
        raise InvalidTask(field, "holds a value that JSON cannot express") from None


def _plain(value: object) -> object:
    """A value of a Struct, which holds all numbers as doubles."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value


SHAPES: Mapping[str, Callable[..., Shape]] = {
    "answer": _answer,
    "code": _code,
    "instruction": _instruction,
}
"""By the name of the field in `Task.shape`."""

TESTS: Mapping[str, Callable[..., Tests]] = {
    "stdio": _stdio,
    "call": _call,
    "asserts": _asserts,
    "check": _check,
    "pytest": _pytest,
    "program": _program_tests,
}
"""By the name of the field in `CodeTask.tests`."""
