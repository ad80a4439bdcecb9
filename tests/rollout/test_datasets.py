"""Rows of published data sets become tasks; what is unsafe or half is refused by column."""

from __future__ import annotations

import base64
import json
import os
import pickle
import zlib
from typing import Any

import pytest

from rollout.datasets.table import DATASETS
from rollout.errors import FieldError
from rollout.tasks.table import parse_task


def packed(value: object) -> str:
    """Private tests as LiveCodeBench publishes them."""
    return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()


class Bomb:
    """Runs a command when it is unpickled by a careless reader."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("echo unsafe >&2",)


CASES = [{"input": "1\n", "output": "2\n", "testtype": "stdin"}]
LCB = {"public_test_cases": json.dumps(CASES), "metadata": "{}"}
CALLS = [{"input": "[1]\n2", "output": "3", "testtype": "functional"}]
ROWS = [
    ("apps", {"input_output": '{"inputs": ["1\\n"], "outputs": ["2\\n"]}'}, "stdio", 1),
    ("apps", {"input_output": "{'inputs': [['1', '2']], 'outputs': [['3']]}"}, "stdio", 1),
    ("apps", {"input_output": '{"inputs": [[1]], "outputs": [[2]], "fn_name": "f"}'}, "call", 1),
    ("eurus", {"ground_truth": '{"inputs": ["1"], "outputs": ["2"]}'}, "stdio", 1),
    ("livecodebench", {**LCB, "private_test_cases": packed(json.dumps(CASES))}, "stdio", 2),
    ("livecodebench", {**LCB, "private_test_cases": json.dumps(CASES)}, "stdio", 2),
    (
        "livecodebench",
        {
            "public_test_cases": json.dumps(CALLS),
            "private_test_cases": packed(json.dumps(CALLS)),
            "metadata": '{"func_name": "f"}',
        },
        "call",
        2,
    ),
    ("humaneval", {"test": "def check(c): ...", "entry_point": "f", "prompt": "def f(): ..."}, "check", 1),
    ("mbpp", {"test_list": ["assert f(1) == 2", "assert f(2) == 4"], "test_setup_code": ""}, "asserts", 2),
    ("acecode", {"test_cases": ["assert f(1) == 2"], "question": "?"}, "asserts", 1),
    ("kodcode", {"test": "from solution import f\ndef test(): ...", "test_info": []}, "pytest", 1),
    (
        "codecontests",
        {
            "public_tests": {"input": ["1"], "output": ["2"]},
            "private_tests": {"input": ["2"], "output": ["4"]},
            "time_limit": {"seconds": 1, "nanos": 500_000_000},
            "memory_limit_bytes": 256 << 20,
        },
        "stdio",
        2,
    ),
    (
        "codeforces",
        {"official_tests": CASES, "official_tests_complete": True, "time_limit": 2.0, "memory_limit": 256.0},
        "stdio",
        1,
    ),
]


@pytest.mark.parametrize(("name", "row", "style", "count"), ROWS)
def test_a_row_becomes_a_task(name: str, row: dict[str, Any], style: str, count: int) -> None:
    """Of the style that its tests are written in, with all of them."""
    assert row.keys() >= set(DATASETS[name].columns)
    code = parse_task(DATASETS[name].task(row)).code
    tests = getattr(code, style)

    assert code.WhichOneof("tests") == style
    assert len(getattr(tests, "cases", getattr(tests, "asserts", [1]))) == count


def test_every_data_set_is_tried() -> None:
    """A new one fails here until it has a row."""
    assert {name for name, *_ in ROWS} == set(DATASETS)


def test_calls_that_wrap_their_outputs_are_unwrapped() -> None:
    """Where all of a task do: APPS does, and says so nowhere."""
    row = {"input_output": '{"inputs": [[1], [2]], "outputs": [[2], [4]], "fn_name": "f"}'}
    kept = {"input_output": '{"inputs": [[1], [2]], "outputs": [[2], [4, 4]], "fn_name": "f"}'}

    assert DATASETS["apps"].task(row)["tests"]["outputs"] == [2, 4]
    assert DATASETS["apps"].task(kept)["tests"]["outputs"] == [[2], [4, 4]]


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("livecodebench", {**LCB, "private_test_cases": packed(Bomb())}, "private_test_cases"),
        ("livecodebench", {**LCB, "private_test_cases": packed([1])}, "private_test_cases"),
        ("livecodebench", {**LCB, "private_test_cases": "%%%"}, "private_test_cases"),
        ("apps", {"input_output": "__import__('os').system('true')"}, "input_output"),
        ("apps", {"input_output": ""}, "input_output"),
        ("apps", {}, "input_output"),
        (
            "codeforces",
            {"official_tests": CASES, "official_tests_complete": False},
            "official_tests_complete",
        ),
        ("codeforces", {"official_tests": CASES, "generated_checker": "x"}, "generated_checker"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_column(
    name: str, row: dict[str, Any], field: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """And nothing in it is run."""
    with pytest.raises(FieldError) as refusal:
        DATASETS[name].task(row)

    assert refusal.value.field == field
    assert "unsafe" not in capfd.readouterr().err
