"""The page of `rollout report`: its numbers, and that text of models stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from rollout.report.charts import accuracy, duration, histogram, p_distribution, pass_curve, verdicts
from rollout.report.gather import Gathered, begin_of, bin_of, groups_of
from rollout.rewards import Group
from rollout.scored import Scored
from tests.rollout.command import run_rollout, write_records
from tests.rollout.scored_lines import scored

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("jinja2", reason="the page is an extra")

HOSTILE = (
    "</pre></td><script>alert(1)</script><img src=x onerror=alert(1)>"
    '<a href="javascript:alert(1)">{{ 7919 * 7907 }}'
)


def gathered(*lines: dict[str, Any]) -> Gathered:
    """These lines, added up."""
    found = Gathered()
    for number, fields in enumerate(lines, start=1):
        found.add(Scored(f"a.jsonl:{number}", "", fields))
    return found


ALGEBRA = {"domain": "algebra", "difficulty": 2, "n_tokens": 100, "prior_score": 1}
HARD = {**ALGEBRA, "difficulty": 5, "n_tokens": 3000, "prior_score": 0}
GEOMETRY = {"domain": "geometry", "n_tokens": 100, "usage": {"cpu_seconds": 0.5}}
LINES = [
    *(scored(f"a{n}", "a", n < 3, **ALGEBRA) for n in range(4)),
    *(scored(f"b{n}", "b", n < 1, **HARD) for n in range(4)),
    *(scored(f"c{n}", "c", False, **GEOMETRY) for n in range(2)),
    scored("c2", "c", None, domain="geometry", prior_score=1, failure_kind="internal"),
]


def test_accuracy_is_the_mean_over_prompts() -> None:
    """3/4 and 1/4 in algebra; nothing in geometry, where one prompt says nothing about others."""
    algebra, geometry = accuracy(gathered(*LINES).domains)

    assert (algebra.label, algebra.value, algebra.text) == ("algebra", 50.0, "50.0%")
    assert algebra.note == "2 prompts, 8 responses"
    assert (algebra.low, algebra.high) == (pytest.approx(1.0, abs=0.01), pytest.approx(99.0, abs=0.01))
    assert (geometry.value, geometry.low, geometry.high) == (0.0, 0.0, 100.0)
    assert [bar.label for bar in accuracy(gathered(*LINES).difficulties)] == ["2", "5"]


def test_unjudged_records_count_as_verdicts_only() -> None:
    found = gathered(*LINES)

    assert [(bar.label, bar.text, bar.kind) for bar in verdicts(found)] == [
        ("ACCEPTED", "4 (36.4%)", "right"),
        ("WRONG_ANSWER", "6 (54.5%)", "wrong"),
        ("UNJUDGED", "1 (9.1%)", "none"),
    ]
    assert found.failures == {"internal": 1}
    assert sum(series.total() for series in found.lengths.values()) == 10
    assert found.agreement.total() == 8


def test_the_curve_goes_up_to_the_largest_group_and_over_those_that_are_large_enough() -> None:
    """pass@1 over three prompts, pass@2 over three, pass@4 over two."""
    points = pass_curve(groups_of(gathered(*LINES).groups))

    assert [(point.label, point.x) for point in points] == [("1", 0.0), ("2", 50.0), ("4", 100.0)]
    assert [point.y for point in points] == pytest.approx([100 / 3, 50.0, 100.0])
    assert all(point.low <= point.y <= point.high for point in points)


def test_right_and_wrong_stand_on_each_other_and_the_highest_column_is_full() -> None:
    chart = histogram(gathered(*LINES).lengths)

    assert chart.most == 6
    assert chart.columns[0].right + chart.columns[0].wrong == 100.0
    assert chart.columns[0].right == 50.0
    assert [column.label for column in (chart.columns[0], chart.columns[-1])] == ["91", "2.9k"]
    assert len(chart.columns) == bin_of(3000) - bin_of(100) + 1
    assert histogram({}).columns == ()


@pytest.mark.parametrize("value", [1, 2, 3, 100, 65536, 10**9])
def test_a_value_lies_in_its_bin(value: int) -> None:
    assert begin_of(bin_of(value)) <= value * (1 + 1e-12)
    assert value < begin_of(bin_of(value) + 1)


def test_solved_and_unsolved_prompts_have_columns_of_their_own() -> None:
    groups = [Group(10, 10, accepted) for accepted in (0, 0, 1, 5, 9, 10)]

    heights = [column.right for column in p_distribution([*groups, Group(3, 0, 0)]).columns]

    assert heights == [100.0, 0.0, 50.0, 0.0, 0.0, 0.0, 50.0, 0.0, 0.0, 0.0, 50.0, 50.0]
    assert p_distribution([]).columns == ()


def test_disagreements_are_kept_with_what_is_needed_to_judge_them() -> None:
    found = gathered(*LINES)

    assert found.agreement == {(True, True): 3, (True, False): 1, (False, True): 1, (False, False): 3}
    (example,) = found.examples[True, False]
    assert (example.id, example.place, example.gold, example.response) == ("a3", "a.jsonl:4", "1", "so it is")


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


def report(tmp_path: Path, lines: list[object], *arguments: object) -> str:
    """The page for these lines."""
    out = tmp_path / "report.html"
    done = run_rollout("report", write_records(tmp_path / "in.jsonl", lines), "-o", out, *arguments)
    assert done.code == 0, done.stderr
    return out.read_text("utf-8")


def test_text_of_models_stays_text_wherever_it_stands(tmp_path: Path) -> None:
    """No tag, attribute or template of it is alive, and the page forbids itself what is not its own."""
    names = "id group prompt response domain difficulty detail extracted failure_kind"
    hostile = dict.fromkeys(names.split(), HOSTILE)
    lines: list[object] = [
        {
            **scored("x", "x", False),
            **hostile,
            "prior_score": 1,
            "task": {"verifier": HOSTILE, "answer": HOSTILE},
        },
        {**scored("x", "x", None), **hostile},
    ]

    text = report(tmp_path, lines, "--title", HOSTILE)

    page = Tags()
    page.feed(text)
    assert page.tags.isdisjoint({"script", "img", "a", "iframe", "object", "link", "form"})
    assert not any(name.startswith("on") or name in ("src", "href") for name, _ in page.attributes)
    assert str(7919 * 7907) not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 8
    assert "default-src 'none'" in text


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    text = report(tmp_path, [*LINES])

    assert re.findall(r"https?://|@import|url\(", text) == []
    assert len(text) < 40_000
    for heading in (
        "Accuracy by domain", "Accuracy by difficulty", "Verdicts", "pass@k", "How often prompts are solved",
        "Length of responses", "Processor time of judging", "Agreement with prior scores", "Disagreements",
    ):  # fmt: skip
        assert f"<h2>{heading}</h2>" in text


def test_a_page_of_little_has_no_empty_charts(tmp_path: Path) -> None:
    text = report(tmp_path, [scored("a", "a", None)])

    assert "Length of responses" not in text
    assert "Disagreements" not in text


@pytest.mark.parametrize(
    ("lines", "out", "reason"),
    [
        ([], "report.html", "no records"),
        ([{"id": "raw", "response": ""}], "report.html", "not a scored line"),
        ([scored("a", "a", True)], "in.jsonl", "would overwrite an input"),
        ([scored("a", "a", True)], ".", "is a directory"),
        ([scored("a", "a", True)], "nowhere/report.html", "No such file"),
    ],
    ids=["nothing", "unscored", "input", "folder", "nowhere"],
)
def test_what_cannot_be_reported_is_named(lines: list[object], out: str, reason: str, tmp_path: Path) -> None:
    traces = write_records(tmp_path / "in.jsonl", lines)

    done = run_rollout("report", traces, "-o", tmp_path / out)

    assert done.code == 2
    assert reason in done.stderr


def test_axes_are_labelled_with_counts_and_times_as_people_say_them() -> None:
    """Half a record is no count, and 3k ms are three seconds."""
    assert histogram({True: {0: 2, 1: 41}}).most == 42
    assert p_distribution([Group(1, 1, 1)]).most == 2
    labels = histogram({True: {15: 1, 23: 1, 43: 1}}, duration).columns
    assert [labels[index].label for index in (0, 8, 28)] == ["180 µs", "2.9 ms", "3 s"]
