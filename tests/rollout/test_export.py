"""`rollout export`: what it writes is read again, by `rollout score` and by those it is for."""

from __future__ import annotations

import json
import random
import resource
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from rollout.export.formats import EXPORTS
from rollout.rows.files import opened
from rollout.scoring.plan import Wanted, make_plan
from tests.rollout.command import HANG_SECONDS, ROLLOUT, read_records, run_rollout, write_records
from tests.rollout.scored_lines import scored

if TYPE_CHECKING:
    from pathlib import Path

MATH: dict[str, Any] = {"prompt": "How many?", "domain": "math", "task": {"verifier": "math", "answer": "36"}}
TENTH = scored("d/0", "d", True, response="0.1", prompt="A tenth?", task={"verifier": "math", "answer": 1})
SUM = {"verifier": "code", "language": "python", "tests": {"inputs": ["1 2\n"], "outputs": ["3\n"]}}
TURNS = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Add."}]
CODE: dict[str, Any] = {"prompt": TURNS, "domain": "code", "task": SUM}
PROGRAM = "print(sum(map(int, input().split())))\n"
LINES = [
    scored("h/0", "h", True, response="\\boxed{36}", **MATH),
    scored("s/0", "s", True, response=f"```python\n{PROGRAM}```", extracted=PROGRAM, **CODE),
    scored("h/1", "h", None, response="\\boxed{3", **MATH),
    scored("s/1", "s", False, response="I do not know.", extracted="", **CODE),
    scored("h/2", "h", False, response="\\boxed{37} \u2028 é", **MATH),
    json.dumps(TENTH).replace('"answer": 1', '"answer": 0.10'),
]  # fmt: skip

EXTENSION = {"lines": "jsonl", "array": "json", "parquet": "parquet"}


def exported(name: str, lines: list[Any], folder: Path) -> tuple[Path, dict[str, Any]]:
    """The file of this format, and the summary."""
    out = folder / f"out.{EXTENSION[EXPORTS[name].container]}"
    done = run_rollout("export", name, write_records(folder / "scored.jsonl", lines), "-o", out, "--json")
    assert done.code == 0, done.stderr
    return out, done.summary


def read(*files: Path, golds: tuple[Path, ...] = ()) -> list[dict[str, Any]]:
    """The native records that `rollout score` makes of these files."""
    with opened([str(file) for file in (*files, *golds)]) as found:
        plan = make_plan(found[: len(files)], Wanted(golds=found[len(files) :]))
        return [json.loads(record.text) for record in plan.read()]


@pytest.mark.parametrize("name", ["verl", "deepscaler"])
def test_groups_come_back_with_their_golds(name: str, tmp_path: Path) -> None:
    """Those whose last member comes first are first; prompts, spelling and lines' separators survive."""
    out, summary = exported(name, LINES, tmp_path)

    graded = name == "deepscaler"
    assert summary == {
        "records": 5 if graded else 6, "groups": 3, "left_out": int(graded), "rows": 3
    }  # fmt: skip
    records = read(out)
    assert [record["source"]["format"] for record in records] == [name] * len(records)
    unjudged = [] if graded else ["\\boxed{3"]
    assert [(record["group"], record["response"]) for record in records] == [
        ("code/s", f"```python\n{PROGRAM}```"),
        ("code/s", "I do not know."),
        *(("math/h", response) for response in ("\\boxed{36}", *unjudged, "\\boxed{37} \u2028 é")),
        ("out/d", "0.1"),
    ]
    by_group = {record["group"]: record for record in records}
    assert by_group["code/s"]["task"] == SUM
    assert by_group["code/s"]["prompt"] == CODE["prompt"]
    assert by_group["math/h"]["task"] == MATH["task"]
    assert by_group["out/d"]["task"]["answer"] == "0.10"
    scores = [record.get("prior_score") for record in records]
    assert scores == ([1.0, 0.0, 1.0, 0.0, 1.0] if graded else [None] * 6)


def test_several_golds_stay_several(tmp_path: Path) -> None:
    either = {**MATH, "task": {"verifier": "math", "answer": ["1/2", "0.5"]}}

    out, _ = exported("verl", [scored("e/0", "e", True, **either)], tmp_path)

    assert read(out)[0]["task"]["answer"] == ["1/2", "0.5"]


def test_livecodebench_finds_what_it_computes_with(tmp_path: Path) -> None:
    """Its `compute_scores` reads grades, dates and difficulties; its custom evaluator ids and programs."""
    dated = {**CODE, "prompt": "Add.", "contest_date": "2025-02-01T00:00:00", "difficulty": "easy"}
    cut = "#" * 8_100
    lines = [
        scored("s/0", "s", True, response=f"```python\n{PROGRAM}```", extracted=PROGRAM, **dated),
        scored("s/1", "s", False, response=f"```python\n{cut}#\n```", extracted=cut, **dated),
        scored("s/2", "s", None, response="late", **dated),
    ]

    out, _ = exported("livecodebench", lines, tmp_path)

    assert json.loads(out.read_text("utf-8")) == [
        {
            "question_id": "s",
            "question_content": "Add.",
            "platform": "code",
            "contest_date": "2025-02-01T00:00:00",
            "difficulty": "easy",
            "output_list": [lines[0]["response"], lines[1]["response"]],
            "code_list": [PROGRAM, lines[1]["response"]],
            "graded_list": [True, False],
            "pass@1": 0.5,
        }
    ]
    tests = write_records(tmp_path / "tests.jsonl", [{"question_id": "s", "tests": SUM["tests"]}])
    assert [(record["group"], record["prior_score"]) for record in read(out, golds=(tests,))] == [
        ("s", 1.0), ("s", 0.0)
    ]  # fmt: skip


def test_evalplus_gets_whole_programs(tmp_path: Path) -> None:
    """What stands before every solution is part of it; where no program was found, it gets the response."""
    task = {"verifier": "code", "prefix": "import math\n", "tests": {"asserts": ["assert f(2) == 2"]}}
    lines = [
        scored("a", "HumanEval/0", True, extracted="def f(x): return math.floor(x)\n", task=task),
        scored("b", "HumanEval/0", False, response="no", extracted="", task=task),
    ]

    out, _ = exported("evalplus", lines, tmp_path)

    assert read_records(out) == [
        {"task_id": "HumanEval/0", "solution": "import math\ndef f(x): return math.floor(x)\n"},
        {"task_id": "HumanEval/0", "solution": "no"},
    ]
    scope: dict[str, Any] = {}
    exec(read_records(out)[0]["solution"], scope)
    assert scope["f"](2.5) == 2


def test_conversations_end_with_the_response(tmp_path: Path) -> None:
    out, summary = exported("messages", LINES[:2], tmp_path)

    assert summary["rows"] == 2
    assert read_records(out) == [
        {
            "messages": [
                {"role": "user", "content": "How many?"},
                {"role": "assistant", "content": "\\boxed{36}"},
            ]
        },
        {"messages": [*CODE["prompt"], {"role": "assistant", "content": f"```python\n{PROGRAM}```"}]},
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_lone_surrogates_do_not_keep_a_file_from_being_written(name: str, tmp_path: Path) -> None:
    out, summary = exported(name, [scored("a", "a", True, **MATH, response="\ud800 36")], tmp_path)

    assert summary["rows"] == 1
    assert "\N{REPLACEMENT CHARACTER} 36" in (
        str(read(out)) if EXPORTS[name].container == "parquet" else out.read_text("utf-8")
    )


@pytest.mark.parametrize("name", EXPORTS)
def test_no_lines_are_a_file_without_rows(name: str, tmp_path: Path) -> None:
    lines = [scored("a", "a", None, **MATH)] if EXPORTS[name].graded else []

    out, summary = exported(name, lines, tmp_path)

    assert summary["rows"] == 0
    assert out.exists()


WRONG = [
    (["messages", "-o", "OUT"], {"prompt": None}, "scored.jsonl:1: prompt: missing"),
    (["verl", "-o", "OUT"], {"prompt": [{"role": "user"}]}, "prompt: must be a text or a list of messages"),
    (["deepscaler", "-o", "OUT"], {"task": None, "task_key": "k"}, "task: has no answer and no tests"),
    (["verl", "-o", "OUT"], {"response": None}, "response: missing"),
    (["verl", "-o", "OUT"], {"task": {"tests": ["HUGE"]}}, "task.tests: hold an integer that is too large"),
    (["verl", "-o", "-"], {}, "--out: a Parquet table needs a file"),
    (["verl", "-o", "IN"], {}, "would overwrite the input"),
    (["trl", "-o", "OUT"], {}, "FORMAT: no 'trl'; there are messages, verl"),
]


@pytest.mark.parametrize(("arguments", "fields", "reason"), WRONG, ids=[row[2] for row in WRONG])
def test_what_cannot_be_written_is_named_and_leaves_nothing(
    arguments: list[str], fields: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    lines = write_records(tmp_path / "scored.jsonl", [scored("a", "a", True, **{**MATH, **fields})])
    lines.write_text(lines.read_text("utf-8").replace('"HUGE"', "1" * 5_000), "utf-8")
    files = {"OUT": tmp_path / "out", "IN": lines}

    done = run_rollout("export", arguments[0], lines, *(files.get(one, one) for one in arguments[1:]))

    assert done.code == 2
    assert reason in " ".join(done.stderr.split())
    assert [path.name for path in tmp_path.iterdir()] == ["scored.jsonl"]


@pytest.mark.parametrize("name", ["verl", "deepscaler"])
def test_a_group_with_two_golds_is_none(name: str, tmp_path: Path) -> None:
    """As where two files number their problems alike."""
    other = {**MATH, "task": {"verifier": "math", "answer": "7"}}
    lines = [scored("a/0", "a", True, **MATH), scored("a/1", "a", True, **other)]

    done = run_rollout(
        "export", name, write_records(tmp_path / "scored.jsonl", lines), "-o", tmp_path / "out"
    )

    assert done.code == 2
    assert "scored.jsonl:2: task: is not that of" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", EXPORTS)
def test_a_full_disk_ends_it_with_a_reason_and_without_a_file(name: str, tmp_path: Path) -> None:
    """As full as a limit of the process makes it."""
    lines = [
        scored(f"{n}", f"{n}", True, **{**MATH, "prompt": random.Random(n).randbytes(2_000).hex()})
        for n in range(200)
    ]
    traces, out = write_records(tmp_path / "scored.jsonl", lines), tmp_path / "out"

    done = subprocess.run(
        [*ROLLOUT, "export", name, str(traces), "-o", str(out)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000)),
        capture_output=True,
        timeout=HANG_SECONDS,
        check=False,
    )

    assert done.returncode == 2, done.stderr
    assert b"cannot go on" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not out.exists()


def test_golds_of_two_kinds_are_no_table(tmp_path: Path) -> None:
    either = {**MATH, "task": {"verifier": "math", "answer": ["1/2", "0.5"]}}
    lines = write_records(
        tmp_path / "scored.jsonl", [scored("a", "a", True, **MATH), scored("b", "b", True, **either)]
    )

    done = run_rollout("export", "verl", lines, "-o", tmp_path / "out")

    assert done.code == 2
    assert "rows do not fit into one table" in done.stderr
