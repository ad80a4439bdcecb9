"""`rollout select`, `vote` and `probe` as a user runs them, on scored lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.rollout.command import read_records, run_rollout, write_records
from tests.rollout.scored_lines import scored

if TYPE_CHECKING:
    from pathlib import Path


GROUPS = [
    scored("a0", "a", True), scored("b0", "b", True), scored("a1", "a", False), scored("b1", "b", True),
    scored("c0", "c", False), scored("a2", "a", None), scored("c1", "c", False), scored("d0", "d", None),
    scored("a3", "a", True),
]  # fmt: skip

KEPT = [
    (["teaching"], ["a0", "a1", "a3"]),
    (["accepted"], ["a0", "b0", "b1", "a3"]),
    (["accepted", "--per-group", 1], ["a0", "b0"]),
    (["accepted", "--max-p", 0.9], ["a0", "a3"]),
    (["teaching", "--max-p", 0.5], []),
]


@pytest.mark.parametrize(("arguments", "ids"), KEPT, ids=[" ".join(map(str, row[0])) for row in KEPT])
def test_lines_are_selected_as_they_stand_and_in_order(
    arguments: list[Any], ids: list[str], tmp_path: Path
) -> None:
    traces, out = write_records(tmp_path / "scored.jsonl", GROUPS), tmp_path / "out.jsonl"

    done = run_rollout("select", arguments[0], traces, *arguments[1:], "-o", out, "--json")

    lines = traces.read_text().splitlines()
    assert done.code == 0, done.stderr
    assert out.read_text().splitlines() == [line for line in lines if json.loads(line)["id"] in ids]
    assert done.summary == {
        "records": 9, "kept": len(ids), "domains": {"math": len(ids)} if ids else {}, "groups": 4
    }  # fmt: skip


def test_right_responses_are_ranked_by_what_a_student_can_learn(tmp_path: Path) -> None:
    """In each bucket of length the upper half; a list of log-probabilities, or their mean."""
    lines = [
        scored(
            f"{length}/{n}",
            f"{length}/{n}",
            True,
            n_tokens=length,
            logprobs=[-n, -n - 1.0] if n % 2 else -n - 0.5,
        )
        for length in (100, 10_000)
        for n in range(4)
    ]
    traces, out = (
        write_records(tmp_path / "scored.jsonl", [*lines, scored("w", "w", False)]),
        tmp_path / "out.jsonl",
    )

    done = run_rollout("select", "potential", traces, "-o", out, "--high", 1)

    assert done.code == 0, done.stderr
    assert [line["id"] for line in read_records(out)] == ["100/2", "100/3", "10000/2", "10000/3"]
    assert "4 of 9 records kept (math 4)" in done.stderr


WRONG = [
    (["potential", "IN"], "scored.jsonl:1: logprobs: missing"),
    (["potential", "IN", "--edges", "1,x"], "--edges: '1,x' is no list of numbers"),
    (["everything", "IN"], "'everything' is not one of"),
    (["teaching", "RAW"], "raw.jsonl:1: not a scored line"),
]


@pytest.mark.parametrize(("arguments", "reason"), WRONG, ids=[row[1] for row in WRONG])
def test_what_cannot_be_selected_is_named(arguments: list[str], reason: str, tmp_path: Path) -> None:
    files = {
        "IN": write_records(tmp_path / "scored.jsonl", GROUPS),
        "RAW": write_records(tmp_path / "raw.jsonl", [{"id": "a", "response": "r"}]),
    }

    done = run_rollout("select", *(files.get(argument, argument) for argument in arguments))

    assert done.code == 2
    assert reason in " ".join(done.stderr.replace("│", " ").split())


def test_answers_vote_and_ties_are_halves(target: str, tmp_path: Path) -> None:
    """The fake service finds equal what is equal to the letter. Programs do not vote."""
    lines = [
        scored("a0", "a", True, extracted="7"),
        scored("b0", "b", True, extracted="1"),
        scored("a1", "a", True, extracted="7"),
        scored("b1", "b", False, extracted="2"),
        scored("a2", "a", False, extracted="8"),
        scored("b2", "b", False, extracted=""),
        scored("p", "p", True, extracted="print(1)", task={"verifier": "code", "tests": {}}),
    ]
    traces, out = write_records(tmp_path / "scored.jsonl", lines), tmp_path / "votes.jsonl"

    done = run_rollout("vote", traces, "-o", out, "--target", target, "--json")

    assert done.code == 0, done.stderr
    assert read_records(out) == [
        {
            "group": "a",
            "responses": 3,
            "answer": "\\boxed{7}",
            "votes": [2, 1],
            "unanswered": 0,
            "consensus": 1.0,
        },
        {
            "group": "b",
            "responses": 3,
            "answer": "\\boxed{1}",
            "votes": [1, 1],
            "unanswered": 1,
            "consensus": 0.5,
        },
    ]
    summary = done.summary
    assert (summary["groups"], summary["failed"], summary["cons"]) == (2, 0, 0.75)
    assert summary["pass_at_1"] == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert summary["cons_at_k"]["1"] == pytest.approx(summary["pass_at_1"])


def test_reliable_responses_have_more_weight(target: str, tmp_path: Path) -> None:
    lines = [
        scored("a0", "a", True, extracted="7", claims=[1, 1, 1, 1, 1]),
        scored("a1", "a", False, extracted="8", claims=[1, 1, 0, 0, 0]),
        scored("a2", "a", False, extracted="8", claims=[1, 1, 1, 0, 0]),
    ]
    traces, out = write_records(tmp_path / "scored.jsonl", lines), tmp_path / "votes.jsonl"

    done = run_rollout("vote", traces, "-o", out, "--target", target)

    (line,) = read_records(out)
    assert (line["answer"], line["consensus"]) == ("\\boxed{8}", 0.0)
    assert (line["clr_answer"], line["clr"]) == ("\\boxed{7}", 1.0)
    assert "CLR 1.000" in done.stderr


def test_checkpoints_are_compared_by_domain(tmp_path: Path) -> None:
    def lines(**right: int) -> list[object]:
        return [
            scored(f"{domain}{n}", f"{domain}{n // 4}", n % 4 < count, domain=domain)
            for domain, count in right.items()
            for n in range(8)
        ]

    early = write_records(tmp_path / "early.jsonl", lines(algebra=3, geometry=1))
    late = write_records(tmp_path / "late.jsonl", lines(algebra=2, geometry=4))

    done = run_rollout("probe", early, f"step200={late}", "--json")

    assert done.code == 0, done.stderr
    summary = done.summary
    assert summary["best"] == {"algebra": "early", "geometry": "step200"}
    assert summary["fusion_weights"] == {"early": 0.5, "step200": 0.5}
    assert summary["checkpoints"]["early"]["domains"]["algebra"] == {"mean": 0.75, "low": 0.75, "high": 0.75}
    assert summary["checkpoints"]["early"]["mean"] == 0.5
    shown = run_rollout("probe", early, f"step200={late}", "-k", 2).stdout
    assert "pass@2" in shown
    assert "\x1b" not in shown
    assert run_rollout("probe", early, f"early={late}").code == 2
