"""The test styles, by hand: one line each. A test compares this table with `verifier.model.Tests`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verifier.judge.styles import apart, call, program, stdio
from verifier.model import (
    AssertTests,
    Assurance,
    CallTests,
    CheckTests,
    ProgramTests,
    PytestTests,
    StdioTests,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.judge.model import Plan, Submission
    from verifier.model import CodeTask


@dataclass(frozen=True, slots=True)
class Style:
    """One way of testing programs. `check` and `plan` take the tests as their second argument."""

    wire_name: str
    assurance: Assurance
    any_language: bool
    """Whether candidates may be written in other languages than Python."""
    check: Callable[[CodeTask, Any], None]
    plan: Callable[[Submission, Any], Plan]


STYLES: dict[type, Style] = {
    StdioTests: Style("stdio", Assurance.COMPARED_OUTSIDE, True, stdio.check, stdio.plan),
    CallTests: Style("call", Assurance.COMPARED_OUTSIDE, False, call.check, call.plan),
    AssertTests: Style(
        "asserts", Assurance.TEST_PROCESS_APART, False, apart.check_asserts, apart.plan_asserts
    ),
    CheckTests: Style("check", Assurance.TEST_PROCESS_APART, False, apart.check_check, apart.plan_check),
    PytestTests: Style("pytest", Assurance.TEST_PROCESS_APART, False, apart.check_pytest, apart.plan_pytest),
    ProgramTests: Style("program", Assurance.SAME_PROCESS, True, program.check, program.plan),
}
"""By the type of the tests."""
