"""From a task's choice of checker to a function that compares, and from a difference to a line for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.errors import InvalidTask
from verifier.judge import show
from verifier.judge.checkers.table import CHECKERS, TOLERANCES
from verifier.judge.model import Checker, Difference, Tolerances

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.model import CheckerChoice, CodeTask

_FIELD = "task.code.checker"


def text_rule(choice: CheckerChoice, default: str) -> Callable[[bytes, bytes], Difference | None]:
    """The rule for texts that a task chose.

    Raises:
        InvalidTask: there is no such rule.
    """
    checker, tolerances = _chosen(choice, default), _tolerances(choice)
    rule = checker.texts
    if rule is None:
        raise InvalidTask(f"{_FIELD}.name", f"{checker.name} compares values, and these tests write texts")
    return lambda output, expected: rule(output, expected, tolerances)


def value_rule(choice: CheckerChoice, default: str) -> Callable[[object, object], Difference | None]:
    """The rule for values that a task chose.

    Raises:
        InvalidTask: there is no such rule.
    """
    checker, tolerances = _chosen(choice, default), _tolerances(choice)
    rule = checker.values
    if rule is None:
        raise InvalidTask(f"{_FIELD}.name", f"{checker.name} compares texts, and these tests return values")
    return lambda output, expected: rule(output, expected, tolerances)


def refuse_checker(task: CodeTask) -> None:
    """Refuse a checker for tests that compare by themselves.

    Raises:
        InvalidTask: there is one.
    """
    if task.checker.name or task.checker.program:
        raise InvalidTask(_FIELD, "these tests compare by themselves")


def _chosen(choice: CheckerChoice, default: str) -> Checker:
    if choice.program is not None:
        raise InvalidTask(f"{_FIELD}.program", "checker programs are for standard output")
    name = choice.name or default
    if name not in CHECKERS:
        known = ", ".join(CHECKERS)
        raise InvalidTask(f"{_FIELD}.name", f"no checker {show.line(name, 50)}; there are {known}")
    return CHECKERS[name]


def _tolerances(choice: CheckerChoice) -> Tolerances:
    """Those of the task; where it names one of the two, the other is none."""
    absolute, relative = choice.absolute_tolerance, choice.relative_tolerance
    for field, value in (("absolute_tolerance", absolute), ("relative_tolerance", relative)):
        if value is not None and not 0 <= value < float("inf"):
            raise InvalidTask(f"{_FIELD}.{field}", "not a number from 0")
    if absolute is None and relative is None:
        return TOLERANCES
    return Tolerances(absolute or 0.0, relative or 0.0)


def describe(found: Difference, reveal_expected: bool) -> str:
    """A line for people, which names the expected part only to callers who asked for it."""
    wanted = f", expected {found.expected}" if reveal_expected else ", expected otherwise"
    return show.line(f"at {found.where}: got {found.got}{wanted}")
