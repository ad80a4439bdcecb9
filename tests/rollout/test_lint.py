"""`rollout lint` finds what it names, and nothing in what is in order."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rollout.lint.model import Item
from rollout.lint.table import MEANINGS, RULES
from tests.rollout.command import Finished, run_rollout, write_records

DATA = Path(os.environ.get("VERIFIER_TEST_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))


def item(**fields: Any) -> Item:
    """A problem in order, but for these fields."""
    gold = fields.pop("gold", "42")
    task = fields.pop("task", {"verifier": "math", "answer": gold})
    place = fields.pop("place", "a:1")
    return Item(
        **{
            "file": "a", "place": place, "id": place, "group": place, "first_of_group": True, "task": task,
            "gold": gold, "prompt": "What is 6 times 7?", "response": None, "finish_reason": None, **fields,
        }
    )  # fmt: skip


def with_tests(**fields: Any) -> Item:
    """A problem with these tests."""
    return item(task={"verifier": "code", "language": "python", "tests": fields}, gold=None)


def many(golds: list[str]) -> list[Item]:
    """Problems with these golds."""
    return [item(place=f"a:{n}", gold=gold, prompt=f"{n}?") for n, gold in enumerate(golds)]


FOUND = [
    ("constant-gold", many(["A"] * 5)),
    ("constant-gold", many(["A"] * 16 + ["B", "C", "D", "E"])),
    ("number-gold", [item(gold=70)]),
    ("number-gold", [item(gold=[1, "2"])]),
    ("padded-gold", [item(gold="025")]),
    ("several-values", [item(gold="\\frac{-1+\\sqrt{17}}{2}, \\frac{-1-\\sqrt{17}}{2}")]),
    ("several-values", [item(gold="3 or 4")]),
    ("several-values", [item(gold="x=1; x=2")]),
    ("several-values", [item(gold="1 \\pm 2")]),
    ("prose-gold", [item(gold="She has 3 eggs, and he has $2, so they have 18 together.")]),
    ("broken-gold", [item(gold="1+\\frac{1}{")]),
    ("broken-gold", [item(gold="")]),
    ("broken-gold", [item(gold="$x")]),
    ("broken-gold", [item(gold="(1, 2")]),
    ("broken-gold", [item(gold="3.14...")]),
    ("conflicting-gold", [item(gold="1"), item(place="a:2", gold="2")]),
    ("leaked-gold", [item(prompt="What is 6 times 7? The answer is 42.")]),
    ("leaked-gold", [item(prompt=[{"role": "user", "content": "Show that it is \\boxed{42}."}])]),
    ("leaked-gold", [item(gold="\\frac{17}{256}x^2", prompt="Is it \\frac{17}{256}x^2, or less?")]),
    ("empty-tests", [with_tests(inputs=["1"], outputs=["  \n"])]),
    ("empty-tests", [with_tests(inputs=[], outputs=[])]),
    ("empty-tests", [with_tests(asserts=["assert True"])]),
    ("empty-tests", [with_tests(check="def check(candidate):\n    candidate(1)\n", entry_point="f")]),
    ("empty-tests", [with_tests(pytest="from solution import f\ndef test_f():\n    f(1)\n")]),
    ("few-tests", [with_tests(inputs=["1", "2"], outputs=["yes", "yes"])]),
    ("duplicate-id", [item(id="x"), item(id="x", place="a:2")]),
    ("uneven-groups", [item(place=f"a:{n}", group=str(n // 2), response="r") for n in range(5)]),
    ("truncated-response", [item(response="and so", finish_reason="length")]),
    ("truncated-response", [item(response="<think>and so")]),
]  # fmt: skip

IN_ORDER = [
    *many(["A", "B", "C", "D", "A", "B"]),
    *(item(gold=gold, place=f"b:{n}", prompt=f"{n}? Use 42, if you like.") for n, gold in enumerate([
        "0", "0.5", "42", "1,234,567", "\\{1, 2\\}", "(1, 2)", "[0, 1)", "\\frac{1}{2}", "$x$", "f(x, y)",
        "1{,}000", "\\left(1, 2\\right)", "x \\text{ cm}", "\\$5", "\\left[1,2\\right)", "5!", "10\\%",
        "3 \\pmod 7",
    ])),
    with_tests(inputs=["1", "2"], outputs=["", "2"]),
    with_tests(asserts=["assert f(1) == 1"]),
    with_tests(check="def check(candidate):\n    assert candidate(1) == 1\n", entry_point="f"),
    with_tests(pytest="import pytest\ndef test_f():\n    with pytest.raises(ValueError):\n        f(1)\n"),
    item(id="done", response="<think>a</think>b", finish_reason="stop"),
]  # fmt: skip


def found(name: str, items: list[Item]) -> int:
    """How often a rule finds something."""
    rule = RULES[name]()
    return sum(len(list(rule.look(one))) for one in items) + len(list(rule.conclude()))


@pytest.mark.parametrize(("name", "items"), FOUND, ids=[f"{row[0]}-{n}" for n, row in enumerate(FOUND)])
def test_a_rule_finds_its_mistake_once(name: str, items: list[Item]) -> None:
    assert found(name, items) == 1


@pytest.mark.parametrize("name", sorted(set(RULES) - {"duplicate-id", "conflicting-gold", "uneven-groups"}))
def test_a_rule_finds_nothing_in_what_is_in_order(name: str) -> None:
    assert [one for one in IN_ORDER if found(name, [one])] == []
    assert found(name, IN_ORDER) == 0


def test_every_rule_is_tested_and_means_something() -> None:
    assert {name for name, _ in FOUND} == set(RULES)
    assert all(MEANINGS.values())


def test_what_is_wrong_with_a_problem_is_said_once_for_all_its_responses() -> None:
    responses = [item(gold="025", first_of_group=n == 0, response="r") for n in range(8)]

    assert found("padded-gold", responses) == 1


TRAPS = {
    "aime": ("padded-gold", 7),
    "aime25": ("number-gold", 30),
    "gpqa": ("constant-gold", 1),
    "hmmt25": ("several-values", 1),
}


@pytest.mark.skipif(not (DATA / "vibethinker").exists(), reason="needs the data of VERIFIER_TEST_DATA")
@pytest.mark.parametrize("name", TRAPS)
def test_the_traps_of_the_files_of_vibethinker_are_found(name: str) -> None:
    """They load as prompts and golds; each has a trap of its own."""
    pytest.importorskip("pyarrow", reason="Parquet is an extra")

    done = run_rollout("lint", DATA / "vibethinker" / f"{name}.parquet", "--json")

    report = json.loads(done.stdout)
    assert done.code == 1
    assert report["items"] == (198 if name == "gpqa" else 30)
    assert {one["rule"]: one["count"] for one in report["findings"]} == dict([TRAPS[name]])


def lint(tmp_path: Path, records: list[object], *arguments: object) -> Finished:
    """Run the command on a file with these rows."""
    return run_rollout("lint", write_records(tmp_path / "in.jsonl", records), *arguments)


def test_nothing_found_is_status_0_and_something_is_1(tmp_path: Path) -> None:
    clean = [{"id": n, "problem": f"{n} + 1?", "answer": str(n + 1)} for n in range(5)]

    assert lint(tmp_path, clean).code == 0
    done = lint(tmp_path, [*clean, {"id": 5, "problem": "5 + 1?", "answer": "006"}])
    assert done.code == 1
    assert "padded-gold" in done.stdout
    assert done.stdout.splitlines()[1].endswith("in.jsonl:6: the gold is '006'")
    assert "\x1b" not in done.stdout
    assert lint(tmp_path, [*clean, {"id": 5, "answer": "006"}], "--ignore", "padded-gold").code == 0
    assert lint(tmp_path, clean, "--ignore", "padded").code == 2
    assert lint(tmp_path, [{"what": "is this"}]).code == 2


def test_what_cannot_be_read_is_a_finding_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    record = {"id": "a", "response": "r", "task": {"verifier": "math", "answer": "1"}}
    broken = {**record, "task": {"verifier": "math"}}

    done = lint(tmp_path, [record, broken, {**record, "id": "b"}], "--json")

    report = json.loads(done.stdout)
    assert report["items"] == 2
    (finding,) = report["findings"]
    assert (finding["rule"], finding["count"]) == ("unreadable", 1)
    assert finding["examples"][0]["reason"] == "task.answer: missing"


def test_traces_of_other_projects_are_looked_at(tmp_path: Path) -> None:
    cases = Path(__file__).parents[1] / "cases" / "traces"

    done = run_rollout("lint", cases / "deepscaler.json", cases / "openai_batch_golds.jsonl", "--json")

    rules = {one["rule"]: one["count"] for one in json.loads(done.stdout)["findings"]}
    assert rules == {"padded-gold": 1, "number-gold": 5, "truncated-response": 1}


def test_a_service_is_asked_whether_it_can_use_the_golds(target: str, tmp_path: Path) -> None:
    """The fake one accepts a gold to the letter, so a boxed one is not equal to itself."""
    rows = [{"id": n, "answer": gold} for n, gold in enumerate(["unparsable", "fine"])]

    report = json.loads(lint(tmp_path, rows, "--json", "--target", target).stdout)

    (finding,) = report["findings"]
    assert (finding["rule"], finding["count"]) == ("unparsable-gold", 2)
    assert [example["place"][-1] for example in finding["examples"]] == ["1", "2"]
    assert "cannot be parsed" in finding["examples"][0]["reason"]
