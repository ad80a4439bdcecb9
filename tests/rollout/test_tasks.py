"""Tasks of records to tasks of the wire, field by field."""

from __future__ import annotations

import pytest
from google.protobuf import json_format

from rollout.cli.main import COMMANDS
from rollout.errors import FieldError
from rollout.tasks.styles import STYLES, TestStyle
from rollout.tasks.table import SHAPES, TASKS, Need, needs, parse_task
from verifier.v1 import verifier_pb2 as pb

TASK_ROWS = [
    pytest.param(
        {"verifier": "math", "answer": "204"},
        {"verifier": "math", "answer": {"answers": ["204"]}},
        id="math",
    ),
    pytest.param(
        {"verifier": "math", "answer": ["1/2", 0.5], "tolerance": 0.0, "answer_type": "decimal"},
        {
            "verifier": "math",
            "answer": {"answers": ["1/2", "0.5"], "tolerance": 0.0, "answer_type": "decimal"},
        },
        id="math with every field",
    ),
    pytest.param(
        {"verifier": "choice", "answer": ["A", "C"], "choices": ["x", "y", "z"]},
        {"verifier": "choice", "answer": {"answers": ["A", "C"], "choices": ["x", "y", "z"]}},
        id="choice",
    ),
    pytest.param(
        {"verifier": "quantity", "answer": 9.81, "unit": "m/s^2", "rel_tol": 0.01},
        {
            "verifier": "quantity",
            "answer": {"answers": ["9.81"], "unit": "m/s^2", "relative_tolerance": 0.01},
        },
        id="quantity",
    ),
    pytest.param(
        {"verifier": "proof", "answer": "x", "unit": None, "rel_tol": 1},
        {"verifier": "proof", "answer": {"answers": ["x"], "relative_tolerance": 1.0}},
        id="an answer verifier that this client does not know",
    ),
    pytest.param(
        {"verifier": "instruction", "constraints": [{"id": "a:b", "kwargs": {"n": 3}}], "mode": "fraction"},
        {
            "verifier": "instruction",
            "instruction": {
                "constraints": [{"id": "a:b", "arguments": {"n": 3.0}}],
                "scoring": "SCORING_FRACTION",
            },
        },
        id="instruction",
    ),
    pytest.param(
        {
            "verifier": "math",
            "answer": "1",
            "format": [{"rule": "boxed", "as": "penalty", "weight": 0.5}, {"rule": "tags"}],
        },
        {
            "verifier": "math",
            "answer": {"answers": ["1"]},
            "format": [
                {"rule": "boxed", "use": "FORMAT_USE_PENALTY", "weight": 0.5},
                {"rule": "tags", "use": "FORMAT_USE_GATE"},
            ],
        },
        id="format rules",
    ),
]

TEST_ROWS = [
    pytest.param(
        {"inputs": ["1\n", ""], "outputs": ["2\n", "é"]},
        {"stdio": {"cases": [{"input": "MQo=", "output": "Mgo="}, {"output": "w6k="}]}},
        id="standard input",
    ),
    pytest.param({"asserts": ["assert f()"]}, {"asserts": {"asserts": ["assert f()"]}}, id="asserts"),
    pytest.param(
        {"check": "def check(f): ...", "entry_point": "f", "pytest": None},
        {"check": {"source": "def check(f): ...", "entry_point": "f"}},
        id="check, nulls ignored",
    ),
    pytest.param({"pytest": "def test(): ..."}, {"pytest": {"source": "def test(): ..."}}, id="pytest"),
    pytest.param({"program": "main();"}, {"program": {"source": "main();"}}, id="program"),
]

CALL_ROWS = [
    # input, output, arguments, expected
    pytest.param([1, [2.5, "a"]], {"a": None}, '[1, [2.5, "a"]]', '{"a": null}', id="values"),
    pytest.param([], "7", "[]", '"7"', id="a text among values is a text"),
    pytest.param("1\n[0.10, 2]\n", "[1]", "[1,[0.10, 2]]", "[1]", id="texts are JSON, numbers as written"),
    pytest.param('"a\u2028b"', "abc", '["a\u2028b"]', '"abc"', id="a text output that is no JSON is a text"),
    pytest.param("", 5, "[]", "5", id="no arguments"),
    pytest.param("1", "1" * 5000, "[1]", "1" * 5000, id="a huge integer in a text"),
]


def wire(task: pb.Task) -> dict[str, object]:
    """The task as JSON with the names of the contract."""
    return json_format.MessageToDict(task, preserving_proto_field_name=True)


@pytest.mark.parametrize(("record", "expected"), TASK_ROWS)
def test_a_task_reaches_the_wire_with_every_field(record: object, expected: object) -> None:
    task = wire(parse_task(record))

    if "instruction" in expected:
        expected["instruction"].setdefault("scoring", "SCORING_ALL")
        expected["instruction"].setdefault("strictness", "STRICTNESS_STRICT")
    assert task == expected


@pytest.mark.parametrize(("tests", "expected"), TEST_ROWS)
def test_every_style_of_tests_reaches_the_wire(tests: object, expected: object) -> None:
    task = wire(parse_task({"verifier": "code", "language": "python", "tests": tests}))

    assert task["code"] == {"language": "python", "scoring": "SCORING_ALL", **expected}


@pytest.mark.parametrize(("given", "expected", "arguments", "result"), CALL_ROWS)
def test_calls_are_sent_as_json(given: object, expected: object, arguments: str, result: str) -> None:
    tests = {"inputs": [given], "outputs": [expected], "fn_name": "f"}

    (case,) = parse_task({"verifier": "code", "language": "python", "tests": tests}).code.call.cases

    assert (case.arguments.decode(), case.expected.decode()) == (arguments, result)


def test_where_an_interactor_judges_there_need_be_no_outputs() -> None:
    judge = {"language": "python", "source": "print(1)"}
    record = {"verifier": "code", "language": "python", "tests": {"inputs": ["1", "2"]}}

    cases = parse_task({**record, "interactor": judge}).code.stdio.cases

    assert [(case.input, case.output) for case in cases] == [(b"1", b""), (b"2", b"")]
    with pytest.raises(FieldError, match="outputs"):
        parse_task(record)


def test_a_code_task_reaches_the_wire_with_every_field() -> None:
    record = {
        "verifier": "code",
        "language": "python",
        "tests": {"asserts": ["assert f()"], "setup": "import math"},
        "setup": "import os",
        "prefix": "def f():\n",
        "checker": {"name": "floats", "abs_tol": 0.001, "rel_tol": 0},
        "interactor": {"language": "cpp", "source": "int main() {}"},
        "limits": {
            "cpu_seconds": 1.5,
            "memory_mb": 64,
            "output_mb": 0.5,
            "processes": 3,
            "compile_seconds": 20,
        },
        "scoring": "fraction",
    }

    code = wire(parse_task(record))["code"]

    assert code == {
        "language": "python",
        "asserts": {"asserts": ["assert f()"]},
        "setup": "import os\nimport math",
        "prefix": "def f():\n",
        "checker": {"name": "floats", "absolute_tolerance": 0.001, "relative_tolerance": 0.0},
        "interactor": {"language": "cpp", "source": "int main() {}"},
        "limits": {
            "cpu_time": "1.500s",
            "memory_bytes": str(64 << 20),
            "output_bytes": str(1 << 19),
            "processes": 3,
            "compile_time": "20s",
        },
        "scoring": "SCORING_FRACTION",
    }


def test_a_limit_of_next_to_nothing_is_not_sent_as_no_limit() -> None:
    limits = {"memory_mb": 1e-9, "cpu_seconds": 1e-12}
    tests = {"asserts": ["assert f()"]}

    task = parse_task({"verifier": "code", "language": "python", "tests": tests, "limits": limits})

    assert (task.code.limits.memory_bytes, task.code.limits.cpu_time.nanos) == (1, 1)


def test_what_a_service_must_know_is_listed_with_its_field() -> None:
    checker = {"language": "cpp", "source": "…"}
    tests = {"asserts": ["assert f()"]}
    task = {"verifier": "code", "language": "lua", "tests": tests, "checker": checker, "interactor": checker}

    assert list(needs(parse_task(task))) == [
        Need("verifier", "code", "task.verifier", "code"),
        Need("language", "lua", "task.language"),
        Need("language", "cpp", "task.checker.language"),
        Need("language", "cpp", "task.interactor.language"),
    ]


def test_a_value_that_json_cannot_carry_is_refused_with_its_field() -> None:
    tests = {"inputs": [[object()]], "outputs": [1], "fn_name": "f"}
    with pytest.raises(FieldError, match=r"^task\.tests\.inputs\[0\]: "):
        parse_task({"verifier": "code", "language": "python", "tests": tests})
    with pytest.raises(FieldError, match=r"^task: must be an object"):
        parse_task("math")


def test_tables_are_complete() -> None:
    """Every shape of the contract has a kind of task, every style of tests a class."""
    shapes = {field.name for field in pb.Task.DESCRIPTOR.oneofs_by_name["shape"].fields}
    styles = {field.name for field in pb.CodeTask.DESCRIPTOR.oneofs_by_name["tests"].fields}
    made = {parse_task(row.values[0]).WhichOneof("shape") for row in TASK_ROWS} | {"code"}

    assert made == shapes
    assert {"stdio", "call", *STYLES} - {"inputs"} == styles
    assert set(STYLES.values()) == set(TestStyle.__subclasses__())
    assert len(SHAPES) == len(shapes)
    assert {row.values[0]["verifier"] for row in TASK_ROWS} | {"code"} == {*TASKS, "proof"}
    assert "score" in COMMANDS
