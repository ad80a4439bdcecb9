"""Trace files of other projects are scored as they are, by a real service: right answers are right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rollout.rows.files import opened
from rollout.rows.table import container_of
from rollout.traces.table import FORMATS, detect
from tests.rollout.command import read_records, run_rollout

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parents[1] / "cases" / "traces"
GUARD_SECONDS = 300
"""Against hanging only."""

CORRECT = [
    # files, golds, correct in the order of responses; None: right, but too hard to see within the limits
    (["deepscaler.json"], [], [True, False, False, True, True, False]),
    (["verl_dump.jsonl"], [], [True, False, True]),
    (["livecodebench.json"], ["livecodebench_tests.jsonl"], [True, False, True, False]),
    (["livecodebench_eval_all.json"], ["livecodebench_tests.jsonl"], [True, False, True, False]),
    (["samples_gsm8k_2026-08-21T10-00-00.000000.jsonl"], [], [True, False]),
    (["openai_batch.jsonl"], ["openai_batch_golds.jsonl"], [True, True, False, True]),
    (["evalplus.jsonl", "evalplus_completions.jsonl"], ["evalplus_problems.jsonl"], [True, False] * 2),
    (["evalplus.eval_results.json"], ["evalplus_problems.jsonl"], [True, False] * 2),
    (["nemo_gym.jsonl"], [], [False, None, True]),
    (["verifiers.jsonl", "verifiers_results.jsonl"], [], [True, False] * 2),
    (["inspect.json"], [], [True, False, True]),
    (["qwen_math.jsonl"], [], [True, False]),
    (["completions_00003.parquet"], [], [True, False]),
    (["verl.parquet"], [], [True, False, False, True]),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a running `verifier serve`."""
    folder = tmp_path_factory.mktemp("serve")
    command = [
        Path(sys.executable).with_name("verifier"),
        "serve",
        f"--with-parent={os.getpid()}",
        "--listen",
        f"unix:{folder}/sock",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert server.stdout is not None
    ready = server.stdout.readline()
    try:
        if not ready:
            log_text = (folder / "log").read_text("utf-8").strip()
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no jails here: {log_text[-500:]}")
        yield f"unix:{folder}/sock"
    finally:
        server.terminate()
        server.communicate(timeout=GUARD_SECONDS)


@pytest.mark.parametrize(("files", "golds", "correct"), CORRECT, ids=[row[0][0] for row in CORRECT])
def test_every_format_is_scored(
    files: list[str], golds: list[str], correct: list[bool | None], address: str, tmp_path: Path
) -> None:
    out = tmp_path / "scored.jsonl"
    joins = [part for name in golds for part in ("--gold", CASES / name)]

    done = run_rollout("score", *(CASES / name for name in files), *joins, "-o", out, "--target", address)

    assert done.code == 0, done.stderr
    judged = [record["correct"] for record in read_records(out)]
    assert [
        is_ if should is not None else None for is_, should in zip(judged, correct, strict=True)
    ] == correct


def test_every_format_has_a_file_here() -> None:
    """One that is only read in tests might never be judged."""
    with opened([str(CASES / name) for files, _, _ in CORRECT for name in files]) as found:
        formats = {detect(next(container_of(file)(file))).name for file in found}

    assert formats | {"native"} == {entry.name for entry in FORMATS}


def test_what_was_scored_is_scored_again_alike(address: str, tmp_path: Path) -> None:
    """Scored lines are native records, whatever they were read from."""
    once, twice = tmp_path / "once.jsonl", tmp_path / "twice.jsonl"
    run_rollout("score", CASES / "verl_dump.jsonl", CASES / "inspect.json", "-o", once, "--target", address)

    done = run_rollout("score", once, "-o", twice, "--target", address)

    assert done.code == 0, done.stderr
    measured = ("usage", "cases")
    first, second = (
        [
            {name: value for name, value in record.items() if name not in measured}
            for record in read_records(path)
        ]
        for path in (once, twice)
    )
    assert first == second
