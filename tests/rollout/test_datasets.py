"""Rows of published data sets become tasks; what is unsafe or half is refused by column."""

from __future__ import annotations

import base64
import json
import os
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest

from rollout.datasets.table import DATASETS, recognised
from rollout.errors import FieldError
from rollout.tasks.table import parse_task
from tests.rollout.command import run_rollout, write_records


def packed(value: object) -> str:
    """Private tests as LiveCodeBench publishes them."""
    return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()


class Bomb:
    """Runs a command when it is unpickled by a careless reader."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("echo unsafe >&2",)


TABLE = Path(__file__).parents[1] / "cases" / "datasets" / "rows.jsonl"
"""Rows in the form that each data set publishes, with a right and a wrong program."""
ROWS = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]
CASES = [{"input": "1\n", "output": "2\n", "testtype": "stdin"}]
LCB = {"public_test_cases": json.dumps(CASES), "metadata": "{}"}
CODEFORCES = {"official_tests": CASES, "official_tests_complete": True}


@pytest.mark.parametrize("entry", ROWS, ids=lambda entry: entry["dataset"])
def test_a_row_becomes_a_task(entry: dict[str, Any]) -> None:
    """Of the data set that its columns tell, and of no other."""
    dataset = recognised(entry["row"])

    assert dataset
    assert dataset.name == entry["dataset"]
    assert parse_task(dataset.task(entry["row"])).code.WhichOneof("tests")
    assert str(entry["row"].get(dataset.key)) == str(entry["key"])


def test_every_data_set_is_tried() -> None:
    """A new one fails here until it has a row."""
    assert {entry["dataset"] for entry in ROWS} == set(DATASETS)


@pytest.mark.parametrize("entry", ROWS, ids=lambda entry: entry["dataset"])
def test_records_may_carry_a_row_or_name_one(entry: dict[str, Any], target: str, tmp_path: Path) -> None:
    """Both ways give the task that the row stands for, through the command."""
    named = {"id": "b", "response": "print(1)", "task_key": entry["key"] or "k"}
    row = entry["row"] if entry["key"] else {**entry["row"], "key": "k"}
    records = write_records(tmp_path / "in.jsonl", [{**row, "id": "a", "response": "print(1)"}, named])
    tasks = write_records(tmp_path / "tasks.jsonl", [row])

    done = run_rollout("score", records, "--tasks", tasks, "--json", "--target", target)

    assert done.code == 0, done.stderr
    assert done.summary["judged"] == 2


def test_a_row_without_a_name_has_to_be_given_one(target: str, tmp_path: Path) -> None:
    """By `key`; the message says which line and which field."""
    row = next(entry["row"] for entry in ROWS if entry["dataset"] == "eurus")
    records = write_records(tmp_path / "in.jsonl", [{"id": "a", "response": "", "task_key": "k"}])
    tasks = write_records(tmp_path / "tasks.jsonl", [row, {"key": "k", "columns": []}])

    done = run_rollout("score", records, "--tasks", tasks, "--target", target)

    assert done.code == 2
    assert f"{tasks}:1: key: missing" in done.stderr
    assert f"{tasks}:2: task: missing" in done.stderr


def test_limits_are_the_rows_within_reason() -> None:
    """Seconds with their nanoseconds, texts with their units, and room for an interpreter."""
    contests = [entry["row"] for entry in ROWS if entry["dataset"] == "codecontests"]
    taco = next(entry["row"] for entry in ROWS if "raw_tags" in entry["row"])

    assert DATASETS["codecontests"].task(contests[0])["limits"]["cpu_seconds"] == 2.5
    assert "limits" not in DATASETS["codecontests"].task(contests[1])
    assert DATASETS["apps"].task(taco)["limits"] == {"cpu_seconds": 2.0, "memory_mb": 256.0}
    small = {**CODEFORCES, "memory_limit": 4.0, "time_limit": 600.0}
    assert DATASETS["codeforces"].task(small)["limits"] == {"cpu_seconds": 60.0, "memory_mb": 64.0}


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
        ("codeforces", {**CODEFORCES, "official_tests_complete": False}, "official_tests_complete"),
        ("codeforces", {**CODEFORCES, "interaction_format": "ask"}, "interaction_format"),
        ("codeforces", {**CODEFORCES, "input_mode": "file"}, "input_mode"),
        ("codecontests", {"input_file": "in.txt"}, "input_file"),
        ("deepcoder", {"tests": "[]"}, "tests"),
        ("deepcoder", {"tests": '[{"input": "1"}]'}, "tests"),
        ("synthetic", {"verification_info": "{'language': 'rust'}"}, "verification_info"),
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
