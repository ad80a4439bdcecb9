"""Rows of all kinds become problems: a prompt, and the task that a response is judged against."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from rollout.errors import FieldError, InputError
from rollout.golds.kinds import problem_of
from rollout.golds.read import problems
from rollout.golds.tasks import task_of
from rollout.jsontext import loads_spelled
from rollout.rows.files import InputFile
from rollout.tasks.table import parse_task
from tests.rollout.command import write_records

DATA = Path(os.environ.get("VERIFIER_TEST_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))

GOLDS = [
    # a gold as JSON, its task
    ('"\\\\frac{1}{2}"', {"verifier": "math", "answer": "\\frac{1}{2}"}),
    ("0.10", {"verifier": "math", "answer": "0.10"}),
    ("1e3", {"verifier": "math", "answer": "1e3"}),
    ("70", {"verifier": "math", "answer": "70"}),
    ('["1", 2]', {"verifier": "math", "answer": ["1", "2"]}),
    ('"C"', {"verifier": "choice", "answer": "C"}),
    ('["A", "C"]', {"verifier": "choice", "answer": ["A", "C"]}),
    ('"[0, 1)"', {"verifier": "math", "answer": "[0, 1)"}),
    ('"{1, 2}"', {"verifier": "math", "answer": "{1, 2}"}),
    ('"2 + 3 = <<2+3=5>>5\\n#### 5"', {"verifier": "math", "answer": "5"}),
    ('{"verifier": "quantity", "answer": "5", "unit": "m"}',
     {"verifier": "quantity", "answer": "5", "unit": "m"}),
    (
        '"{\\"inputs\\": [\\"1\\"], \\"outputs\\": [\\"2\\"]}"',
        {"verifier": "code", "language": "python", "tests": {"inputs": ["1"], "outputs": ["2"]}},
    ),
    (
        '[{"input": "1", "output": "2", "testtype": "stdin", "metadata": {"func_name": null}}]',
        {"verifier": "code", "language": "python", "tests": {"inputs": ["1"], "outputs": ["2"]}},
    ),
    ('["assert f(1) == 1"]',
     {"verifier": "code", "language": "python", "tests": {"asserts": ["assert f(1) == 1"]}}),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "task"), GOLDS, ids=[row[0][:40] for row in GOLDS])
def test_what_a_gold_is_for_is_told_by_what_it_is(gold: str, task: dict[str, Any]) -> None:
    assert task_of(loads_spelled(gold), None, "gold") == task
    parse_task(task)


@pytest.mark.parametrize(
    ("gold", "verifier", "reason"),
    [
        (None, None, "gold: no gold answer"),
        (True, None, "gold: must be a text or a number"),
        ([{"a": 1}], None, "gold: must be a text or a number"),
        ("42", "code", "gold: holds no tests"),
    ],
    ids=["none", "truth", "objects", "no tests"],
)
def test_what_is_no_gold_is_named(gold: object, verifier: str | None, reason: str) -> None:
    with pytest.raises(FieldError, match=reason):
        task_of(gold, verifier, "gold")


def test_a_verifier_can_be_named_where_the_gold_does_not_tell() -> None:
    assert task_of("A", "math", "gold") == {"verifier": "math", "answer": "A"}
    assert task_of("[1]", "math", "gold") == {"verifier": "math", "answer": "[1]"}


KINDS = [
    ({"key": "k", "task": {"verifier": "math", "answer": "1"}}, "k", None, "1"),
    ({"problem": "?", "answer": "1", "solution": "it is 1", "unique_id": "u"}, "u", "?", "1"),
    ({"custom_id": "c", "body": {"messages": [{"role": "user", "content": "?"}]}}, "c",
     [{"role": "user", "content": "?"}], None),
    ({"key": 7, "prompt": "?", "instruction_id_list": ["a:b"], "kwargs": [{}]}, "7", "?", None),
    ({"question": "?", "answer": "so\n#### 3"}, "9", "?", "3"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "id_", "prompt", "answer"), KINDS, ids=[str(sorted(row[0])) for row in KINDS]
)
def test_a_row_is_read_by_its_fields(
    row: dict[str, Any], id_: str, prompt: object, answer: str | None
) -> None:
    problem = problem_of(row, 9, None)

    assert (problem.id, problem.prompt) == (id_, prompt)
    assert (problem.task or {}).get("answer") == answer


def test_a_row_without_anything_to_solve_is_named(tmp_path: Path) -> None:
    path = write_records(tmp_path / "a.jsonl", [{"answer": 1}, {"text": "?"}])

    with pytest.raises(InputError, match=r"a\.jsonl:2: no gold found"):
        list(problems(InputFile("a.jsonl", path)))


VIBETHINKER = {"aime": "math", "aime25": "math", "gpqa": "choice", "hmmt25": "math"}


@pytest.mark.skipif(not (DATA / "vibethinker").exists(), reason="needs the data of VERIFIER_TEST_DATA")
@pytest.mark.parametrize("name", VIBETHINKER)
def test_the_files_of_vibethinker_load_as_prompts_and_golds(name: str) -> None:
    """Every row: a prompt of one message that asks for a box, and a task that can be sent."""
    pytest.importorskip("pyarrow", reason="Parquet is an extra")
    path = DATA / "vibethinker" / f"{name}.parquet"

    found = list(problems(InputFile(path.name, path)))

    assert len(found) == (198 if name == "gpqa" else 30)
    for problem in found:
        (message,) = problem.prompt
        assert message["role"] == "user"
        assert "\\boxed{}" in message["content"]
        assert problem.task is not None
        assert problem.task["verifier"] == VIBETHINKER[name]
        assert isinstance(problem.task["answer"], str)
        parse_task(dict(problem.task))
