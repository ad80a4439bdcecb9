"""`rollout diff` names what two scorings disagree about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rollout.report.compare import sign_test
from tests.rollout.command import Finished, run_rollout, write_records
from tests.rollout.scored_lines import scored

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = [scored("a", "g", True), scored("b", "g", False), scored("c", "g", None), scored("d", "g", True)]


def diff(tmp_path: Path, before: list[Any], after: list[Any], *arguments: str) -> Finished:
    """Run the command on these lines."""
    files = [write_records(tmp_path / "a.jsonl", before), write_records(tmp_path / "b.jsonl", after)]
    return run_rollout("diff", *files, *arguments)


def test_the_same_verdicts_are_no_difference_whatever_the_order(tmp_path: Path) -> None:
    assert diff(tmp_path, BEFORE, BEFORE[::-1]).code == 0


def test_what_changed_is_counted_and_shown(tmp_path: Path) -> None:
    """One gained, one lost, one judged at last; one is gone and one is new."""
    after = [
        scored("a", "g", False, detail="another rule"),
        scored("b", "g", True),
        scored("c", "g", True),
        scored("e", "g", True),
    ]

    done = diff(tmp_path, BEFORE, after, "--json")

    values = done.summary
    assert done.code == 1
    assert (values["both"], values["only_before"], values["only_after"], values["changed"]) == (3, 1, 1, 3)
    assert (values["gained"], values["lost"], values["p_value"]) == (1, 1, 1.0)
    assert (values["accuracy_before"], values["accuracy_after"], values["agreement"]) == (0.5, 0.5, 0.0)
    shown = diff(tmp_path, BEFORE, after).stdout
    assert "b.jsonl:1: a: ACCEPTED 1 -> WRONG_ANSWER 0 (another rule)" in shown
    assert "c: UNJUDGED -> ACCEPTED 1" in shown
    assert "\x1b" not in shown


def test_records_of_one_id_go_by_their_response_and_then_by_their_order(tmp_path: Path) -> None:
    before = [
        scored("a", "g", True, response="x"),
        scored("a", "g", False, response="y"),
        scored("a", "g", True, response="y"),
    ]

    assert diff(tmp_path, before, [before[1], before[0], before[2]]).code == 0
    assert diff(tmp_path, before, [before[2], before[0], before[1]], "--json").summary["changed"] == 2


def test_another_score_with_the_same_verdict_is_a_difference(tmp_path: Path) -> None:
    done = diff(tmp_path, [scored("a", "g", True)], [scored("a", "g", True, score=0.5)])

    assert done.code == 1
    assert "ACCEPTED 1 -> ACCEPTED 0.5" in done.stdout


@pytest.mark.parametrize(
    ("gained", "lost", "expected"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 2 / 32), (1, 6, 16 / 128), (400, 700, 0.0)],
)
def test_the_sign_test_by_hand(gained: int, lost: int, expected: float) -> None:
    """Two tails of a fair coin: 2 * (1) / 2^5, 2 * (1 + 7) / 2^7."""
    assert sign_test(gained, lost) == pytest.approx(expected, abs=1e-9)


def test_files_that_are_not_scored_are_bad_input(tmp_path: Path) -> None:
    assert diff(tmp_path, BEFORE, [{"id": "a"}]).code == 2
    assert run_rollout("diff", tmp_path / "absent", tmp_path / "absent").code == 2
