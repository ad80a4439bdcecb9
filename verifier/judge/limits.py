"""Limits of a submission: the language's own, what a task may ask for instead, and a bound on the sum."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.errors import InvalidTask

if TYPE_CHECKING:
    from sandbox.languages.model import Language
    from sandbox.model import Limits, Outcome
    from verifier.model import LimitsWanted

SUBMISSION_SECONDS = 300.0
"""Processor time and blocked time that all runs of a submission may take together: thirty tests that loop,
far more than any that pass. Tests after that are not run and count as TIME_LIMIT."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """One limit a task may ask for."""

    wire_name: str
    wanted_name: str
    least: float
    most: float


_BOUNDS = (
    _Bound("cpu_time", "cpu_seconds", 0.01, 60.0),
    _Bound("memory_bytes", "memory_bytes", 16 << 20, 4 << 30),
    _Bound("output_bytes", "output_bytes", 1, 256 << 20),
    _Bound("processes", "processes", 1, 256),
    _Bound("compile_time", "compile_seconds", 0.1, 120.0),
)
"""The smallest values that let an interpreter start, and the largest that leave room for others."""

MAXIMUM = {bound.wanted_name: bound.most for bound in _BOUNDS}
"""The largest value of each field of `verifier.model.LimitsWanted`."""


def check(wanted: LimitsWanted) -> None:
    """Refuse limits that no run can have.

    Raises:
        InvalidTask: names the limit and its bounds.
    """
    for bound in _BOUNDS:
        value = getattr(wanted, bound.wanted_name)
        if value is None:
            continue
        if math.isnan(value) or not bound.least <= value <= bound.most:
            raise InvalidTask(
                f"task.code.limits.{bound.wire_name}",
                f"{value:g} is not between {bound.least:g} and {bound.most:g}",
            )


def resolve(language: Language, wanted: LimitsWanted) -> tuple[Limits, Limits]:
    """Limits of a test and of compiling: the task's own where it names them, else the language's."""
    own, compiling = language.limits, language.compile_limits
    run = dataclasses.replace(
        own,
        cpu_seconds=wanted.cpu_seconds or own.cpu_seconds,
        memory_bytes=wanted.memory_bytes or own.memory_bytes,
        output_bytes=wanted.output_bytes or own.output_bytes,
        processes=wanted.processes or own.processes,
    )
    return run, dataclasses.replace(compiling, cpu_seconds=wanted.compile_seconds or compiling.cpu_seconds)


def seconds_left(outcomes: list[Outcome]) -> float:
    """What is left of the submission's sum."""
    return SUBMISSION_SECONDS - sum(outcome.cpu_seconds + outcome.blocked_seconds for outcome in outcomes)
