"""The judge under mutation: one changed byte of what is expected turns a pass into a wrong answer."""

from __future__ import annotations

import ast
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.languages.table import LANGUAGES
from tests.verifier.judge import records
from tests.verifier.judge.scripted import GOOD
from verifier.errors import InvalidTask, NotInstalled
from verifier.judge import limits
from verifier.judge.inside import jsontext, reports
from verifier.judge.model import Submission
from verifier.judge.styles.table import STYLES
from verifier.model import CodeTask, Options, StdioTests, Verdict, Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.judge.model import Plan

PROGRAMS = Path(__file__).parents[2] / "cases" / "programs"
NEAR = ("floats",)
"""Checkers to which a changed digit may mean the same number, within the tolerance of the task."""


def golden() -> Iterator[tuple[str, dict[str, Any], str]]:
    """Tasks with a program that passes."""
    for folder in sorted(PROGRAMS.iterdir()):
        task = json.loads((folder / "task.json").read_text("utf-8"))
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        right = next((name for name, verdict in expected.items() if verdict == "ACCEPTED"), None)
        if right:
            yield folder.name, task, (folder / f"{right}.md").read_text("utf-8")


GOLDEN = list(golden())


def plan_of(task: CodeTask) -> Plan:
    """How a task is judged, whatever the program."""
    language = LANGUAGES[task.language]
    own, compiling = limits.resolve(language, task.limits)
    return STYLES[type(task.tests)].plan(Submission(task, "", language, own, compiling, False), task.tests)


def flipped(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The data with one byte changed, for each of its bytes: digits and letters stay such."""
    for at, byte in enumerate(data):
        yield at, data[:at] + bytes([byte ^ 1]) + data[at + 1 :]


COMPARED = [
    pytest.param(task, id=name)
    for name, task, _ in GOLDEN
    if isinstance(task.get("checker", ""), str)
    and task.get("checker") not in NEAR
    and "outputs" in task["tests"]
    and "interactor" not in task
]


@pytest.mark.parametrize("record", COMPARED)
def test_every_byte_of_an_expected_output_matters(record: dict[str, Any]) -> None:
    """To outputs and results that were right before. Blanks for blanks matter to `exact` alone: the others
    compare words, or lines without what surrounds them, since so do the contests whose tests they judge."""
    task: Any = records.task(record).shape
    for index, case in enumerate(task.tests.cases):
        wanted = case.output if isinstance(task.tests, StdioTests) else case.expected
        for at, other in flipped(wanted):
            blank = wanted[at : at + 1].isspace() and other[at : at + 1].isspace()
            if blank and task.checker.name != "exact":
                continue
            assert grade(task, index, wanted, wanted) is Verdict.ACCEPTED
            verdict = grade(task, index, wanted, other)
            if verdict is not Verdict.WRONG_ANSWER:
                assert jsontext.parse(other) == jsontext.parse(wanted), (wanted, other)  # 1.0 and 1.00, say


def grade(task: CodeTask, index: int, got: bytes, wanted: bytes) -> Verdict:
    """The verdict on an output, or on a result that is the value of a JSON text."""
    tests: Any = task.tests
    field = "output" if isinstance(tests, StdioTests) else "expected"
    cases = list(tests.cases)
    cases[index] = dataclasses.replace(cases[index], **{field: wanted})
    changed = dataclasses.replace(task, tests=dataclasses.replace(tests, cases=tuple(cases)))
    if isinstance(tests, StdioTests):
        outcome = dataclasses.replace(GOOD, stdout=got)
    else:
        outcome = dataclasses.replace(GOOD, report=reports.write_claim(jsontext.parse(got)))
    try:
        STYLES[type(tests)].check(changed, changed.tests)
    except InvalidTask:  # no JSON any more
        return Verdict.WRONG_ANSWER
    return plan_of(changed).case(index).grade(outcome).verdict


def expectations(source: str) -> Iterator[str]:
    """A test source with one constant changed, for each that stands last on the right of an `==`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[-1], ast.Eq):
            continue
        constants = [one for one in ast.walk(node.comparators[-1]) if isinstance(one, ast.Constant)]
        constants = [one for one in constants if type(one.value) in (int, float, str) and one.value != ""]
        if constants:
            yield changed(source, max(constants, key=lambda one: (one.lineno, one.col_offset)))


def changed(source: str, constant: ast.Constant) -> str:
    """The source with the last byte of a constant changed."""
    lines = source.split("\n")
    line, end = (constant.end_lineno or 1) - 1, constant.end_col_offset or 0
    raw = bytearray(lines[line].encode())
    raw[end - 1 - isinstance(constant.value, str)] ^= 1
    lines[line] = raw.decode()
    return "\n".join(lines)


APART = [
    pytest.param({**task, "tests": {**task["tests"], field: mutant}}, response, id=f"{name}-{number}")
    for name, task, response in GOLDEN
    for field in ("asserts", "check", "pytest")
    if field in task["tests"]
    for number, mutant in enumerate(
        [[one] for source in task["tests"]["asserts"] for one in expectations(source)]
        if field == "asserts"
        else expectations(task["tests"][field])
    )
]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("record", "response"), APART)
async def test_every_expectation_of_a_test_matters(
    verifier: Verifier, record: dict[str, Any], response: str
) -> None:
    """In asserts, checks and pytest modules, on programs that pass them as they are."""
    judgement = await verifier.verify(response, records.task(record), Options())

    assert judgement.verdict is Verdict.WRONG_ANSWER
    assert judgement.score < 1


_COMPARES = """import sys
given, got, answer = (open(name).read().split() for name in sys.argv[1:])
{}
sys.exit(got != answer)
"""
JUDGES = [
    {"checker": {"language": "python", "source": _COMPARES.format("")}},
    {
        "interactor": {
            "language": "python",
            "source": _COMPARES.format("print(*given, flush=True)\ngot = [input()]"),
        }
    },
]
"""Judge programs decide for themselves what an answer means to them: these compare it with the output."""
WHOLE = [
    *(
        pytest.param(task, response, id=name)
        for name, task, response in GOLDEN
        if isinstance(task.get("checker", ""), str) and "interactor" not in task
        if "outputs" in task["tests"] and any(map(str.strip, task["tests"]["outputs"]))
    ),
    *(
        pytest.param(
            {"language": "python", "tests": {"inputs": ["4"], "outputs": ["8"]}, **judge},
            "print(2 * int(input()))",
            id=f"a program as {next(iter(judge))}",
        )
        for judge in JUDGES
    ),
]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("record", "response"), WHOLE)
async def test_one_changed_output_fails_the_program_that_was_right(
    verifier: Verifier, record: dict[str, Any], response: str
) -> None:
    """From end to end: the first digit or letter of one."""
    outputs = list(record["tests"]["outputs"])
    index = max(range(len(outputs)), key=lambda one: bool(outputs[one].strip()))
    at = next(at for at, char in enumerate(outputs[index]) if char.isalnum())
    outputs[index] = outputs[index][:at] + chr(ord(outputs[index][at]) ^ 1) + outputs[index][at + 1 :]
    task = records.task({**record, "tests": {**record["tests"], "outputs": outputs}})
    try:
        verifier.check(task)
    except (InvalidTask, NotInstalled) as refused:
        pytest.skip(f"no task any more, or not here: {refused}")

    judgement = await verifier.verify(response, task, Options())

    assert judgement.verdict is Verdict.WRONG_ANSWER
    assert judgement.score < 1
