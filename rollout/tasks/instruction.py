"""Tasks with explicit instructions, by their published IFEval ids."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rollout.errors import FieldError
from rollout.tasks.base import Strict, TaskFields, struct_of, without_nulls
from verifier.v1 import verifier_pb2 as pb


class Constraint(Strict):
    """One verifiable instruction."""

    id: str = Field(min_length=1)
    kwargs: dict[str, Any] | None = None


class Instruction(TaskFields):
    """Instructions that a response has to follow."""

    constraints: list[Constraint]
    mode: Literal["all", "fraction"] = "all"
    strictness: Literal["strict", "loose"] = "strict"

    def add_shape(self, task: pb.Task) -> None:
        """An InstructionTask."""
        if not self.constraints:
            raise FieldError("constraints", "no constraints")
        task.instruction.scoring = pb.SCORING_ALL if self.mode == "all" else pb.SCORING_FRACTION
        strict = self.strictness == "strict"
        task.instruction.strictness = pb.STRICTNESS_STRICT if strict else pb.STRICTNESS_LOOSE
        for index, constraint in enumerate(self.constraints):
            arguments = struct_of(without_nulls(constraint.kwargs or {}), f"constraints[{index}].kwargs")
            task.instruction.constraints.append(pb.Constraint(id=constraint.id, arguments=arguments))
