"""Inputs of `rollout score` beside native files: golds that are joined, folders, patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rollout.command import read_records, run_rollout, write_records
from tests.rollout.test_score import math

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_of_golds_is_joined_and_what_failed_is_left_out(target: str, tmp_path: Path) -> None:
    """The output has a line for each response; what has none is said on standard error."""
    traces = [
        {"custom_id": f"q{n}", "response": {"status_code": 200, "body": {"choices": [{"text": str(n)}]}}}
        for n in range(3)
    ] + [{"custom_id": "q3", "response": None, "error": {"message": "expired"}}]
    golds = write_records(
        tmp_path / "golds.jsonl", [{"custom_id": f"q{n}", "answer": n % 2} for n in range(4)]
    )
    out = tmp_path / "out.jsonl"
    arguments = ("--gold", golds, "--on", "custom_id", "-o", out, "--target", target)

    done = run_rollout("score", write_records(tmp_path / "in.jsonl", traces), *arguments)

    assert done.code == 0, done.stderr
    assert [(line["id"], line["correct"]) for line in read_records(out)] == [
        ("q0/0", True), ("q1/0", True), ("q2/0", False)
    ]  # fmt: skip
    assert "in.jsonl:4: left out: response: the request failed: expired" in done.stderr


@pytest.mark.parametrize(
    ("golds", "on", "reason"),
    [
        ([{"id": "b", "answer": 1}], None, "in.jsonl:1: key: 'a' is not in the file of golds"),
        (
            [{"id": "a", "answer": 1}, {"id": "a", "answer": 2}],
            None,
            "golds.jsonl:2: 'a' has two different golds",
        ),
        ([{"answer": 1}], None, "golds.jsonl:1: id or key or task_id or question_id"),
        (
            [{"id": "a", "text": 1}],
            None,
            "golds.jsonl:1: no gold found (looked for native tasks, rows for verl",
        ),
        ([{"name": "x", "answer": 1}], "note.0=name", "in.jsonl:1: note.0: '7' is not in the file of golds"),
        ([{"name": "x", "answer": 1}], "nothing=name", "in.jsonl:1: nothing: names no problem"),
    ],
    ids=["absent", "two golds", "no key", "no gold", "path", "no field"],
)
def test_what_cannot_be_joined_is_named(
    golds: list[object], on: str | None, reason: str, target: str, tmp_path: Path
) -> None:
    traces = write_records(tmp_path / "in.jsonl", [math("1", note=[7])])
    arguments = ["--gold", write_records(tmp_path / "golds.jsonl", golds), *(["--on", on] if on else [])]

    done = run_rollout("score", traces, *arguments, "--target", target)

    assert done.code == 2
    assert reason in done.stderr


def test_joined_tasks_take_the_place_of_those_of_native_records(target: str, tmp_path: Path) -> None:
    """Everything else of a record stays as it is written."""
    record = '{"id": "a", "x": 0.10, "task": {"verifier": "math", "answer": "wrong"}, "response": "1e3"}'
    golds = write_records(tmp_path / "golds.jsonl", ['{"id": "a", "answer": 1e3}'])
    out = tmp_path / "out.jsonl"
    traces = write_records(tmp_path / "in.jsonl", [record])

    done = run_rollout("score", traces, "--gold", golds, "-o", out, "--target", target)

    assert done.code == 0, done.stderr
    task = '"task": {"verifier": "math", "answer": "1e3"}'
    assert out.read_text().startswith(
        f'{{"id": "a", "x": 0.10, "response": "1e3", {task}, "verdict": "ACCEPTED"'
    )


def test_large_tests_are_named_in_a_line_and_not_repeated(target: str, tmp_path: Path) -> None:
    """A scored line is scored again with the same file of golds."""
    tests = {"inputs": ["1" * 100_000], "outputs": ["1"]}
    golds = write_records(tmp_path / "golds.jsonl", [{"task_id": "big", "tests": tests}])
    traces = write_records(tmp_path / "in.jsonl", [{"task_id": "big", "solution": "print(1)"}])
    once, twice = tmp_path / "once.jsonl", tmp_path / "twice.jsonl"

    first = run_rollout("score", traces, "--gold", golds, "-o", once, "--target", target)
    second = run_rollout("score", once, "--gold", golds, "-o", twice, "--target", target)

    assert (first.code, second.code) == (0, 0), second.stderr
    assert once.stat().st_size < 5000
    assert read_records(once)[0]["task_key"] == "big"
    assert read_records(twice) == read_records(once)


def test_folders_and_patterns_are_scored(target: str, tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    for step in range(3):
        write_records(tmp_path / "steps" / f"{step}.jsonl", [math("204")])

    for inputs in (tmp_path / "steps", f"{tmp_path}/steps/[0-2].jsonl"):
        assert run_rollout("score", inputs, "--json", "--target", target).summary["records"] == 3


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--on", "id"], "--on: there is nothing to join without --gold FILE"),
        (["--verifier", "maths"], "--verifier: unknown verifier 'maths' (known: math"),
        (["--gold", "IN", "--tasks", "IN"], "--tasks: given beside --gold"),
    ],
    ids=["on", "verifier", "tasks"],
)
def test_options_that_make_no_sense_together_are_named(
    arguments: list[str], reason: str, tmp_path: Path
) -> None:
    traces = write_records(tmp_path / "in.jsonl", [math("1")])

    done = run_rollout("score", traces, *(str(traces) if a == "IN" else a for a in arguments))

    assert done.code == 2
    assert reason in done.stderr


def test_golds_of_foreign_formats_can_be_judged_by_name(target: str, tmp_path: Path) -> None:
    """Letters that are no choices."""
    row = {"input": "?", "output": "A", "gts": "A", "score": 1.0, "step": 1}
    traces, out = write_records(tmp_path / "1.jsonl", [row]), tmp_path / "out.jsonl"

    run_rollout("score", traces, "--verifier", "math", "-o", out, "--target", target)

    assert read_records(out)[0]["task"] == {"verifier": "math", "answer": "A"}


def test_a_run_on_foreign_files_is_continued_where_it_was_interrupted(target: str, tmp_path: Path) -> None:
    """Several responses of a row, some of them written: each has its line in the end, and no other."""
    rows = [
        {"idx": n, "gt": "1", "question": "?", "code": [str(n), "1", f"{n}{n}"], "score": [0, 1, 0]}
        for n in range(5)
    ]
    traces, whole, out = (
        write_records(tmp_path / "in.jsonl", rows),
        tmp_path / "whole.jsonl",
        tmp_path / "out.jsonl",
    )
    run_rollout("score", traces, "-o", whole, "--target", target)
    partial = tmp_path / "out.jsonl.partial"
    partial.write_bytes(whole.read_bytes()[: len(whole.read_bytes()) // 2])

    done = run_rollout("score", traces, "-o", out, "--resume", "--target", target, "--json")

    assert done.summary["records"] == 15
    assert out.read_bytes() == whole.read_bytes()
    assert not partial.exists()
