"""Every stage without a jail, each against its own table of cases; a row says where it comes from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verifier.answers.tables import CASES, cases
from verifier.answers import admission, exact, extract, gold, runtime, thinking
from verifier.answers.errors import UnreadableGold
from verifier.answers.inside import tidy

USED = {
    "admission", "adversarial", "choice", "exact", "extraction", "golds", "quantity", "symbolic", "thinking",
    "tidy", "types",
}  # fmt: skip


def name(row: dict[str, Any]) -> str:
    """A test's name: where the row comes from."""
    return str(row["source"])


def test_every_table_on_disk_is_used() -> None:
    assert {path.stem for path in CASES.glob("*.jsonl")} == USED


def test_the_jail_is_shown_every_module_of_its_room() -> None:
    folder = CASES.parents[2] / "verifier" / "answers" / "inside"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}

    assert {module.rpartition(".")[2] for module in runtime.MODULES} == files


@pytest.mark.parametrize("row", cases("thinking"), ids=name)
def test_the_text_after_the_thoughts_counts(row: dict[str, Any]) -> None:
    assert thinking.spoken(row["response"]) == row["spoken"]


@pytest.mark.parametrize("row", cases("extraction"), ids=name)
def test_an_answer_is_found_where_it_stands(row: dict[str, Any]) -> None:
    found = extract.answer(row["text"])

    assert (found.text if found else None) == row["answer"]
    assert (found.anchor if found else None) == row["anchor"]


@pytest.mark.parametrize("row", cases("tidy"), ids=name)
def test_what_typesets_alike_has_one_spelling(row: dict[str, Any]) -> None:
    assert tidy.tidy(row["text"]) == row["tidy"]
    assert tidy.tidy(row["tidy"]) == row["tidy"], "the spelling is stable"


@pytest.mark.parametrize("row", cases("exact"), ids=name)
def test_exact_arithmetic_decides_what_it_can_and_nothing_else(row: dict[str, Any]) -> None:
    assert exact.equal(tidy.tidy(row["gold"]), tidy.tidy(row["answer"])) is row["equal"]


@pytest.mark.parametrize("row", cases("golds"), ids=name)
def test_a_gold_is_read_whole_unless_it_is_marked(row: dict[str, Any]) -> None:
    if row["text"] is None:
        with pytest.raises(UnreadableGold):
            gold.read(row["gold"])
    else:
        assert gold.read(row["gold"]).text == row["text"]


@pytest.mark.parametrize("row", cases("admission"), ids=name)
def test_only_mathematics_of_a_size_that_answers_have_reaches_the_parser(row: dict[str, Any]) -> None:
    refusal = admission.refusal(row["text"])

    assert (refusal.name if refusal else None) == row["refusal"]
