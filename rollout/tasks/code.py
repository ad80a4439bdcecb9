"""Tasks with a program: how it is built, limited and compared. Its tests are in `styles`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from google.protobuf.duration_pb2 import Duration
from pydantic import BeforeValidator, Field, model_validator

from rollout.tasks.answers import Tolerance  # noqa: TC001  # pydantic reads it
from rollout.tasks.base import Strict, TaskFields, under
from rollout.tasks.styles import parse_tests
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from typing_extensions import Self

_MEBIBYTE = 1 << 20
"""What records call MB."""

_YEAR_SECONDS = 366 * 86_400
"""Far over what any service allows, far under what a Duration holds."""

Seconds = Annotated[float, Field(gt=0, le=_YEAR_SECONDS)]
Mebibytes = Annotated[float, Field(gt=0, le=1 << 30)]


class Limits(Strict):
    """Limits of a candidate; an absent one is the language's own."""

    cpu_seconds: Seconds | None = None
    memory_mb: Mebibytes | None = None
    output_mb: Mebibytes | None = None
    processes: Annotated[int, Field(gt=0, lt=1 << 32)] | None = None
    compile_seconds: Seconds | None = None

    def to_wire(self) -> pb.Limits:
        """The limits in bytes and durations."""
        return pb.Limits(
            cpu_time=_duration(self.cpu_seconds),
            memory_bytes=_bytes(self.memory_mb),
            output_bytes=_bytes(self.output_mb),
            processes=self.processes or 0,
            compile_time=_duration(self.compile_seconds),
        )


class Program(Strict):
    """A checker or interactor in source form."""

    language: str = Field(min_length=1)
    source: str = Field(min_length=1)

    def to_wire(self) -> pb.JudgeProgram:
        """The program as the contract has it."""
        return pb.JudgeProgram(language=self.language, source=self.source)


class Checker(Strict):
    """What compares outputs: a checker of the service by name, or a program."""

    name: str | None = Field(default=None, min_length=1)
    language: str | None = Field(default=None, min_length=1)
    source: str | None = Field(default=None, min_length=1)
    abs_tol: Tolerance | None = None
    rel_tol: Tolerance | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.language is None) != (self.source is None) or (self.name is None) == (self.source is None):
            raise ValueError("must be a name, or a program with `language` and `source`")
        return self

    def to_wire(self) -> pb.Checker:
        """The checker as the contract has it."""
        checker = pb.Checker(absolute_tolerance=self.abs_tol, relative_tolerance=self.rel_tol)
        if self.name is not None:
            checker.name = self.name
        else:
            checker.program.language, checker.program.source = self.language or "", self.source or ""
        return checker


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Code(TaskFields):
    """A program to run against tests."""

    language: str = Field(min_length=1)
    tests: dict[str, Any]
    setup: str | None = None
    prefix: str | None = None
    checker: Annotated[Checker | None, BeforeValidator(_named)] = None
    interactor: Program | None = None
    limits: Limits | None = None
    scoring: Literal["all", "fraction"] = "all"
    files: dict[str, str] | None = None
    """Further files beside the candidate, by relative path."""

    def _tests(self) -> dict[str, Any]:
        """Where an interactor judges, there need be no outputs."""
        inputs = self.tests.get("inputs")
        if self.interactor is None or not isinstance(inputs, list) or "outputs" in self.tests:
            return self.tests
        return {**self.tests, "outputs": [""] * len(inputs)}

    def add_shape(self, task: pb.Task) -> None:
        """A CodeTask. The setup of the task runs before the setup of its tests."""
        with under("tests"):
            tests = parse_tests(self._tests())
            tests.add_tests(task.code)
        code = task.code
        code.language, code.prefix = self.language, self.prefix or ""
        code.scoring = pb.SCORING_ALL if self.scoring == "all" else pb.SCORING_FRACTION
        code.setup = "\n".join(part for part in (self.setup, tests.setup) if part)
        for name, text in (self.files or {}).items():
            code.files[name] = text.encode()
        if self.checker is not None:
            code.checker.CopyFrom(self.checker.to_wire())
        if self.interactor is not None:
            code.interactor.CopyFrom(self.interactor.to_wire())
        if self.limits is not None:
            code.limits.CopyFrom(self.limits.to_wire())


def _duration(seconds: float | None) -> Duration | None:
    if seconds is None:
        return None
    duration = Duration()
    duration.FromNanoseconds(max(1, round(seconds * 1e9)))
    return duration


def _bytes(mebibytes: float | None) -> int:
    """0 is how the wire says that there is no wish; a wish for next to nothing must not become that."""
    return 0 if mebibytes is None else max(1, round(mebibytes * _MEBIBYTE))
