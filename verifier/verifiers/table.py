"""The verifiers, by hand: one file each, one line here. A test compares this table with the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.answers.runtime import MATH
from verifier.judge.runtime import INTERACTORS, NATIVE, PYTEST, PYTHON
from verifier.model import AnswerTask, CodeTask, InstructionTask
from verifier.verifiers import choice, code, instruction, math, quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sandbox.model import Runtime, Sandbox
    from verifier.model import Shape, Verifier

    Build = Callable[[Sandbox], Verifier]

BUILDERS: tuple[Build, ...] = (choice.build, code.build, instruction.build, math.build, quantity.build)
"""What makes the verifiers, in the order in which GetCapabilities lists them."""

RUNTIMES: tuple[Runtime, ...] = (MATH, PYTHON, PYTEST, NATIVE, INTERACTORS)
"""Warm interpreters that the verifiers' programs run on."""

DEFAULTS: Mapping[type[Shape], str] = {
    AnswerTask: "math",
    CodeTask: "code",
    InstructionTask: "instruction",
}
"""The verifier of a task that names none. Shapes that are missing have to name theirs."""


def build_all(builders: Sequence[Build], sandbox: Sandbox) -> dict[str, Verifier]:
    """The verifiers by name.

    Raises:
        ValueError: two of them have one name.
    """
    verifiers: dict[str, Verifier] = {}
    for build in builders:
        verifier = build(sandbox)
        if verifier.name in verifiers:
            raise ValueError(f"two verifiers are called {verifier.name}")
        verifiers[verifier.name] = verifier
    return verifiers
