"""Every kind of task by the name of its verifier, and what a service must have to judge a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.errors import FieldError
from rollout.tasks.answers import AnyAnswer, Choice, Math, Quantity
from rollout.tasks.base import checked, under, without_nulls
from rollout.tasks.code import Code
from rollout.tasks.instruction import Instruction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rollout.tasks.base import TaskFields
    from verifier.v1 import verifier_pb2 as pb


TASKS: Mapping[str, type[TaskFields]] = {
    "math": Math,
    "choice": Choice,
    "quantity": Quantity,
    "code": Code,
    "instruction": Instruction,
}
"""By the name of the verifier. Names grow freely at the service: others are told by their fields."""

SHAPES: Mapping[str, type[TaskFields]] = {"answer": AnyAnswer, "tests": Code, "constraints": Instruction}
"""For other verifiers: by the field that tells the shape."""


def parse_task(value: object, field: str = "task") -> pb.Task:
    """The task of a record as the contract has it.

    Args:
        value: a mapping with the fields of its kind, such as `{"verifier": "math", "answer": "204"}`.
        field: where it lies, for messages.

    Raises:
        FieldError: it is not a task; names the field.
    """
    with under(field):
        if not isinstance(value, dict):
            raise FieldError("", "must be an object")
        fields = without_nulls(value)
        try:
            return checked(_kind(fields), fields).to_wire()
        except UnicodeEncodeError:
            raise FieldError("", "holds a lone surrogate, which UTF-8 cannot carry") from None


def _kind(value: Mapping[str, object]) -> type[TaskFields]:
    verifier = value.get("verifier")
    if not isinstance(verifier, str) or not verifier:
        raise FieldError("verifier", "missing" if verifier is None else "must be a name")
    if verifier in TASKS:
        return TASKS[verifier]
    kinds = [kind for name, kind in SHAPES.items() if name in value]
    if len(kinds) != 1:
        raise FieldError("verifier", f"unknown verifier {verifier!r} (known: {', '.join(TASKS)})")
    return kinds[0]


@dataclass(frozen=True, slots=True)
class Need:
    """Something by name that a service must know to judge a task."""

    what: str
    """`verifier`, `language` or `checker`."""
    name: str
    field: str
    """Where the record says so."""
    shape: str = ""
    """For verifiers: the shape of the task."""


def needs(task: pb.Task, field: str = "task") -> Iterator[Need]:
    """What a service must know, in the order of the fields."""
    yield Need("verifier", task.verifier, f"{field}.verifier", task.WhichOneof("shape") or "")
    if not task.HasField("code"):
        return
    yield Need("language", task.code.language, f"{field}.language")
    if task.code.checker.name:
        yield Need("checker", task.code.checker.name, f"{field}.checker")
    if task.code.checker.HasField("program"):
        yield Need("language", task.code.checker.program.language, f"{field}.checker.language")
    if task.code.HasField("interactor"):
        yield Need("language", task.code.interactor.language, f"{field}.interactor.language")
