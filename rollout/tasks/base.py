"""What all kinds of task share: strict checking with fields named, and format rules."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from google.protobuf.struct_pb2 import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollout.errors import FieldError
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails


class Strict(BaseModel):
    """Fields as stated: nothing is converted, and nothing unknown is let in.

    A misspelt `tolerance` that is silently dropped would change rewards.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


class FormatRule(Strict):
    """A rule about form, judged apart from correctness."""

    rule: str = Field(min_length=1)
    use: Literal["gate", "penalty"] = Field(default="gate", alias="as")
    weight: float | None = Field(default=None, allow_inf_nan=False)
    arguments: dict[str, Any] | None = None

    def to_wire(self) -> pb.FormatRule:
        """The rule as the contract has it."""
        use = pb.FORMAT_USE_GATE if self.use == "gate" else pb.FORMAT_USE_PENALTY
        return pb.FormatRule(
            rule=self.rule,
            use=use,
            weight=self.weight,
            arguments=struct_of(self.arguments, "arguments") if self.arguments else None,
        )


class TaskFields(Strict):
    """The fields that every kind of task has."""

    verifier: str = Field(min_length=1)
    format: list[FormatRule] | None = None

    def to_wire(self) -> pb.Task:
        """The task as the contract has it.

        Raises:
            FieldError: what only the conversion can see.
        """
        task = pb.Task(verifier=self.verifier)
        for index, rule in enumerate(self.format or ()):
            with under(f"format[{index}]"):
                task.format.append(rule.to_wire())
        self.add_shape(task)
        return task

    def add_shape(self, task: pb.Task) -> None:
        """Set the oneof `shape` of the task; every kind has its own."""
        raise NotImplementedError


@contextmanager
def under(field: str) -> Iterator[None]:
    """Fields named inside lie below this one."""
    try:
        yield
    except FieldError as error:
        raise FieldError(f"{field}.{error.field}" if error.field else field, error.reason) from None


Model = TypeVar("Model", bound=BaseModel)


def checked(model: type[Model], value: object) -> Model:
    """The value as this model.

    Raises:
        FieldError: the first thing that is wrong, with the path of its field.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise FieldError(_path(first["loc"]), _reason(model, first)) from None


def without_nulls(value: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something: tables write null where a row lacks a column."""
    return {name: member for name, member in value.items() if member is not None}


def struct_of(value: Mapping[str, Any], field: str) -> Struct:
    """A JSON object as protobuf has it.

    Raises:
        FieldError: it holds what JSON in protobuf cannot.
    """
    struct = Struct()
    try:
        struct.update(value)
    except (TypeError, ValueError) as error:
        raise FieldError(field, f"cannot be sent: {error}") from None
    return struct


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


def _reason(model: type[BaseModel], error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "missing"
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        known = (field.alias or name for name, field in model.model_fields.items())
        return f"unknown field (known: {', '.join(sorted(known))})"
    return error["msg"].removeprefix("Value error, ")
