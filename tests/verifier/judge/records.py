"""Code tasks from their JSON form, as trace records spell it."""

from __future__ import annotations

from typing import Any

from verifier.model import (
    AssertTests,
    CallCase,
    CallTests,
    CheckerChoice,
    CheckTests,
    CodeTask,
    FormatRule,
    JudgeProgram,
    LimitsWanted,
    ProgramTests,
    PytestTests,
    Scoring,
    StdioCase,
    StdioTests,
    Task,
    Tests,
)

MEGABYTE = 1 << 20


def task(record: dict[str, Any]) -> Task:
    """The task of a record."""
    tests = record["tests"]
    return Task(
        CodeTask(
            language=record["language"],
            tests=_tests(tests),
            setup=tests.get("setup", ""),
            prefix=record.get("prefix", ""),
            checker=_checker(record.get("checker", "")),
            interactor=JudgeProgram(**record["interactor"]) if "interactor" in record else None,
            limits=_limits(record.get("limits", {})),
            scoring=Scoring(record.get("scoring", "all")),
            files={name: text.encode() for name, text in record.get("files", {}).items()},
        ),
        format=tuple(FormatRule(rule["rule"]) for rule in record.get("format", [])),
    )


def _checker(choice: str | dict[str, str]) -> CheckerChoice:
    return CheckerChoice(choice) if isinstance(choice, str) else CheckerChoice(program=JudgeProgram(**choice))


def _tests(tests: dict[str, Any]) -> Tests:
    if "asserts" in tests:
        return AssertTests(tuple(tests["asserts"]))
    if "check" in tests:
        return CheckTests(tests["check"], tests["entry_point"])
    if "pytest" in tests:
        return PytestTests(tests["pytest"])
    if "program" in tests:
        return ProgramTests(tests["program"])
    texts = zip(tests["inputs"], tests.get("outputs") or [""] * len(tests["inputs"]), strict=True)
    pairs = [(one.encode(), other.encode()) for one, other in texts]
    if "fn_name" in tests:
        return CallTests(tests["fn_name"], tuple(CallCase(*pair) for pair in pairs))
    return StdioTests(tuple(StdioCase(*pair) for pair in pairs))


def _limits(limits: dict[str, Any]) -> LimitsWanted:
    return LimitsWanted(
        cpu_seconds=limits.get("cpu_seconds"),
        memory_bytes=limits["memory_mb"] * MEGABYTE if "memory_mb" in limits else None,
        output_bytes=limits["output_mb"] * MEGABYTE if "output_mb" in limits else None,
        processes=limits.get("processes"),
        compile_seconds=limits.get("compile_seconds"),
    )
