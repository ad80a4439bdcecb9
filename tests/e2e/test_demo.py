"""The demo traces, as `make demo` scores them: each says itself what has to come of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rollout.cli.exits import ALL_JUDGED, SOME_UNJUDGED

DEMO = sorted((Path(__file__).parents[1] / "cases" / "demo").glob("*.jsonl"))
GUARD_SECONDS = 600
"""Against hanging only."""
NO_JAILS = "the verifier did not start"
"""What `rollout score` says on a machine without working jails."""


def demo_records() -> list[dict[str, Any]]:
    """All records, in the order in which they are scored."""
    return [json.loads(line) for path in DEMO for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All records, scored by the command a user runs, with a verifier of its own."""
    out = tmp_path_factory.mktemp("demo") / "scored.jsonl"
    command = [Path(sys.executable).with_name("rollout"), "score", *DEMO, "-o", out]
    done = subprocess.run(command, capture_output=True, text=True, timeout=GUARD_SECONDS, check=False)
    if NO_JAILS in done.stderr and not os.environ.get("CI"):
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode in {ALL_JUDGED, SOME_UNJUDGED}, done.stderr
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_there_is_enough_to_see() -> None:
    """Sixty records or more, each with its own name and a sentence about what it shows."""
    records = demo_records()

    assert len(records) >= 60
    assert len({record["id"] for record in records}) == len(records)
    assert all(record["shows"] for record in records)


def test_every_record_gets_the_verdict_it_expects(scored: list[dict[str, Any]]) -> None:
    """Hangs, hacks and floods beside honest work: each gets its own verdict, and costs nobody else theirs."""
    wrong = {
        record["id"]: (record["verdict"], record["detail"], record["failure_reason"])
        for record in scored
        if record["verdict"] != record["expected_verdict"]
    }

    assert wrong == {}


def test_only_what_is_accepted_scores(scored: list[dict[str, Any]]) -> None:
    """Here nothing earns a part of a score: 1 where accepted, else 0."""
    accepted = [record["verdict"] == "ACCEPTED" for record in scored]

    assert [record["score"] for record in scored] == [float(yes) for yes in accepted]
    right = [record["correct"] and record["verdict"] != "REJECTED" for record in scored]
    assert right == accepted  # a gate takes the score of an answer that is right, and leaves it right


def test_every_record_comes_back_whole_and_in_order(scored: list[dict[str, Any]]) -> None:
    """A scored line is its input line and what was found: nothing is lost or changed on the way."""
    records = demo_records()

    assert [
        {name: line[name] for name in record} for record, line in zip(records, scored, strict=True)
    ] == records
