"""Trace files of other projects become native records, field by field.

The files lie in tests/cases/traces. `nemo_gym.jsonl` holds rows that NVIDIA-NeMo/Gym publishes with its
server math_with_judge (Apache-2.0). The others are written after the code that writes such files, which
`expected.json` names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rollout.errors import InputError
from rollout.rows.files import opened
from rollout.scoring.plan import Wanted, make_plan
from rollout.traces.table import FORMATS, format_named

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES = Path(__file__).parents[1] / "cases" / "traces"


@dataclass(frozen=True)
class Case:
    """A file, and what its records must be."""

    format: str
    file: str
    written_by: str
    records: list[dict[str, Any]]
    golds: list[str] = field(default_factory=list)
    on: str | None = None
    left_out: dict[str, str] = field(default_factory=dict)


def read(
    *files: Path, golds: tuple[Path, ...] = (), **wanted: Any
) -> tuple[list[dict[str, Any]], Mapping[str, str]]:
    """The native records of files, and what has none."""
    with opened([str(file) for file in (*files, *golds)]) as found:
        plan = make_plan(found[: len(files)], Wanted(golds=found[len(files) :], **wanted))
        records = list(plan.read())
        assert plan.records == len(records)
        for record in records:
            values = json.loads(record.text)
            assert record.trace.id == str(values["id"])
            assert record.trace.group == values.get("group")
            assert record.trace.finish_reason == (values.get("finish_reason") or "")
            assert record.trace.response == values["response"]
        return [json.loads(record.text) for record in records], plan.left_out


def math(answer: object) -> dict[str, object]:
    """A task."""
    return {"verifier": "math", "answer": answer}


TABLE = [Case(**values) for values in json.loads((CASES / "expected.json").read_text("utf-8"))]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.file)
def test_a_file_is_recognised_and_read_field_by_field(case: Case) -> None:
    golds = tuple(CASES / name for name in case.golds)

    records, left_out = read(CASES / case.file, golds=golds, on=case.on)

    for record in records:
        record["task"].pop("prefix", None)  # imports that programs of LiveCodeBench rely on: of the data set
    assert {record["source"]["format"] for record in records} == {case.format}
    assert [
        {name: record.get(name) for name in expected}
        for record, expected in zip(records, case.records, strict=True)
    ] == case.records
    assert {place.rsplit(":", 1)[1]: reason for place, reason in left_out.items()} == case.left_out


def test_a_score_that_was_not_given_is_no_prior_score() -> None:
    """NaN, None and a reward that did not run are not 0."""
    inspect, _ = read(CASES / "inspect.json")
    verifiers, _ = read(CASES / "verifiers.jsonl")

    assert "prior_score" not in inspect[1]
    assert "prior_score" not in verifiers[1]


def test_a_completion_is_judged_behind_the_prompt_that_it_continues() -> None:
    completions, _ = read(CASES / "evalplus_completions.jsonl", golds=(CASES / "evalplus_problems.jsonl",))
    solutions, _ = read(CASES / "evalplus.jsonl", golds=(CASES / "evalplus_problems.jsonl",))

    assert completions[0]["task"]["prefix"] == 'def double(x):\n    """Twice x."""\n'
    assert "prefix" not in solutions[0]["task"]


def parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A table of these rows."""
    pyarrow = pytest.importorskip("pyarrow", reason="Parquet is an extra")
    from pyarrow.parquet import write_table  # noqa: PLC0415

    write_table(pyarrow.Table.from_pylist(rows), path, row_group_size=2)
    return path


def test_completions_of_trl_are_read(tmp_path: Path) -> None:
    """As huggingface/trl f2cd577 writes them: trainer/grpo_trainer.py, log."""
    prompt = [{"role": "user", "content": "What is 2 + 2?"}]
    rows = [
        {"step": 3, "prompt": prompt, "completion": [{"role": "assistant", "content": f"\\boxed{{{n}}}"}],
         "accuracy_reward": float(n == 4), "solution": "4", "advantage": 0.7}
        for n in (4, 5)
    ]  # fmt: skip

    records, _ = read(parquet(tmp_path / "completions_00003.parquet", rows))

    assert [record["response"] for record in records] == ["\\boxed{4}", "\\boxed{5}"]
    assert [record["prior_score"] for record in records] == [1.0, 0.0]
    assert records[0]["task"] == math("4")
    assert records[0]["group"] == records[1]["group"]
    assert records[0]["group"].startswith("step-3/")
    assert records[0]["source"] == {"format": "trl", "file": "completions_00003.parquet", "row": 1}


def test_completions_without_a_gold_are_joined_by_prompt(tmp_path: Path) -> None:
    rows = [{"step": 3, "prompt": "2 + 2 =", "completion": "\\boxed{4}", "advantage": 0.0}]
    golds = tmp_path / "golds.jsonl"
    golds.write_text('{"prompt": "2 + 2 =", "solution": "4"}\n')
    traces = parquet(tmp_path / "completions_00003.parquet", rows)

    records, _ = read(traces, golds=(golds,), on="prompt")

    assert records[0]["task"] == math("4")
    with pytest.raises(InputError, match=r"solution: no gold: name a file that has them with --gold FILE"):
        read(traces)


def test_responses_beside_the_columns_of_verl_are_read(tmp_path: Path) -> None:
    """Golds are texts, numbers, lists or tests; SkyRL calls their column reward_spec."""
    prompt = [{"role": "user", "content": "?"}]
    rows = [
        {"data_source": "aime", "prompt": prompt, "ability": "math",
         "extra_info": {"split": "test", "index": i},
         "reward_spec": {"method": "rule", "ground_truth": gold}, "responses": ["\\boxed{1}", "\\boxed{2}"]}
        for i, gold in enumerate(["1", "{1, 2}", "B", "[0, 1)"])
    ]  # fmt: skip

    records, _ = read(parquet(tmp_path / "test.parquet", rows))

    assert len(records) == 8
    assert [record["group"] for record in records[::2]] == [f"aime/test/{i}" for i in range(4)]
    tasks = [math("1"), math("{1, 2}"), {"verifier": "choice", "answer": "B"}, math("[0, 1)")]
    assert [record["task"] for record in records[::2]] == tasks


def test_every_format_is_tested() -> None:
    tested = {case.format for case in TABLE} | {"trl", "verl", "native"}

    assert tested == {entry.name for entry in FORMATS}


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.file)
def test_a_format_can_be_named(case: Case) -> None:
    golds = tuple(CASES / name for name in case.golds)
    told, _ = read(CASES / case.file, golds=golds, on=case.on)

    assert read(CASES / case.file, golds=golds, on=case.on, format=format_named(case.format))[0] == told


def test_an_unknown_file_is_told_what_was_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "unknown.jsonl"
    path.write_text('{"completely": 1, "unknown": 2}\n')

    with pytest.raises(
        InputError, match=r"unknown.jsonl:1: not a record of a known format: it has completely, unk"
    ) as e:
        read(path)

    assert all(f"{entry.name}: {entry.signs}" in str(e.value) for entry in FORMATS)


PICKLED = [
    ("dump.pkl", b"\x80\x04\x95\x10\x00", "a pickle runs whatever code"),
    (
        "rollout_1.pt",
        b"PK\x03\x04" + b"\0" * 26 + b"rollout_1/data.pkl",
        "archive of PyTorch, which holds a pickle",
    ),
    ("log.eval", b"PK\x03\x04" + b"\0" * 26 + b"header.json", "inspect log convert --to json"),
    ("traces.jsonl.gz", b"\x1f\x8b\x08\0", "unpack it first"),
]


@pytest.mark.parametrize(("name", "content", "reason"), PICKLED, ids=[row[0] for row in PICKLED])
def test_what_is_not_opened_is_refused_with_the_reason(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InputError, match=reason):
        read(tmp_path / name)


def test_a_broken_row_is_named_with_its_place_and_what_is_wrong(tmp_path: Path) -> None:
    good = json.loads((CASES / "verl_dump.jsonl").read_text().splitlines()[0])
    path = tmp_path / "20.jsonl"
    path.write_text(
        "".join(json.dumps(row) + "\n" for row in [good, {**good, "output": None}, {"input": "?"}])
    )

    with pytest.raises(InputError) as error:
        read(path)

    assert str(error.value).splitlines() == [
        f"{path}:2: output: missing",
        f"{path}:3: not as verl-dump has it: KeyError 'output'",
    ]


def test_likelihoods_of_choices_are_no_responses(tmp_path: Path) -> None:
    row = {
        "doc_id": 0,
        "doc": {},
        "target": 1,
        "resps": [[["-1.5", "False"]], [["-0.5", "True"]]],
        "filter": "none",
    }
    path = tmp_path / "samples_arc_2026-08-21.jsonl"
    path.write_text(json.dumps(row))

    with pytest.raises(InputError, match="resps: log-likelihoods of choices are no responses"):
        read(path)


def test_what_is_numbered_anew_in_each_file_stays_apart(tmp_path: Path) -> None:
    """Sample 1 of one log is not sample 1 of another, which would be one group of pass@k."""
    log = (CASES / "inspect.json").read_bytes()
    for name in ("algebra.json", "geometry.json"):
        (tmp_path / name).write_bytes(log)

    records, _ = read(tmp_path / "algebra.json", tmp_path / "geometry.json")

    assert {record["group"] for record in records} == {
        f"{name}/{sample}" for name in ("algebra", "geometry") for sample in ("1", "abc")
    }
