"""JSON as its author wrote it: nothing is lost or reworded between an input line and its output line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.errors import FieldError
from rollout.jsontext import (
    HugeInteger,
    loads,
    loads_with_source_numbers,
    members,
    one_line,
    without_lone_escapes,
)
from rollout.model import Score, Verdict, Versions
from rollout.scoring.lines import FIELDS, kept_score, scored_line
from rollout.text import without_surrogates

ANY_TEXT = st.text(st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
RECORDS = st.dictionaries(st.text() | st.sampled_from(FIELDS), VALUES, min_size=1, max_size=6)
SPACED = st.sampled_from([(", ", ": "), (",", ":"), (" ,\t", " : ")])
SCORES = st.sampled_from(
    [
        Score(Verdict.ACCEPTED, 1.0, True, terms={"a": 0.1}, versions=Versions("7")),
        Score(Verdict.UNJUDGED, failure_kind="internal", failure_reason='it said "no"\u2028'),
    ]
)


@given(RECORDS, SPACED, st.booleans())
def test_members_are_the_pieces_of_an_object(
    record: dict[str, object], separators: tuple[str, str], ascii_only: bool
) -> None:
    text = json.dumps(record, separators=separators, ensure_ascii=ascii_only)

    pieces = members(text)

    assert {name: json.loads(piece) for name, piece in pieces} == record
    assert all(piece in text for _, piece in pieces)


def test_members_keep_the_spelling_of_numbers() -> None:
    assert members('{ "a" : 0.10, "b":[1e3 ], "c": "}" }') == [("a", "0.10"), ("b", "[1e3 ]"), ("c", '"}"')]


@given(RECORDS, SPACED, SCORES)
def test_a_scored_line_is_the_record_with_its_score(
    record: dict[str, object], separators: tuple[str, str], score: Score
) -> None:
    text = json.dumps(record, separators=separators)

    line = json.loads(scored_line(text, score))

    kept = {name: value for name, value in record.items() if name not in FIELDS}
    assert {name: line[name] for name in kept} == kept
    assert list(line) == [*kept, *FIELDS]
    assert line["verdict"] == score.verdict.value
    assert line["score"] == score.score


@given(RECORDS, RECORDS, SCORES, st.floats(0, 1, exclude_max=True))
def test_a_line_is_kept_whole_and_for_its_own_record_only(
    record: dict[str, object], other: dict[str, object], score: Score, torn: float
) -> None:
    text, foreign = json.dumps(record), json.dumps(other)
    line = scored_line(text, score)

    kept = kept_score(text, line)

    assert kept is not None
    assert (kept.verdict, kept.score, kept.failure_kind) == (
        score.verdict,
        score.score,
        score.failure_kind,
    )
    assert kept_score(text, line[: int(torn * len(line))]) is None
    if scored_line(foreign, score) != line:
        assert kept_score(foreign, line) is None


@given(ANY_TEXT)
def test_text_without_surrogates_can_always_be_encoded(text: str) -> None:
    mended = without_surrogates(text)

    mended.encode()
    assert without_surrogates(mended) == mended


@given(ANY_TEXT)
def test_escapes_and_characters_are_mended_alike(text: str) -> None:
    """Whether a writer escapes a surrogate or not, the same text comes out."""
    escaped = without_lone_escapes(json.dumps(text))

    json.loads(escaped).encode()
    assert json.loads(escaped) == without_surrogates(text)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (r'"\ud83d\ude00"', r'"\ud83d\ude00"'),
        (r'"\ud83d"', r'"\ufffd"'),
        (r'"\ude00\ud83d"', r'"\ufffd\ufffd"'),
        (r'"\ud83d\ud83d\ude00"', r'"\ufffd\ud83d\ude00"'),
        (r'"\\ud83d"', r'"\\ud83d"'),
        (r'"\\\uD83D"', r'"\\\ufffd"'),
    ],
)
def test_only_lone_surrogates_are_mended(text: str, mended: str) -> None:
    assert without_lone_escapes(text) == mended


@given(st.text())
def test_one_line_is_one_line_and_means_the_same(text: str) -> None:
    line = one_line(json.dumps(text, ensure_ascii=False))

    assert len(line.splitlines()) == 1
    assert json.loads(line) == text


def test_integers_of_thousands_of_digits_are_read_and_kept_apart() -> None:
    digits = "1" * 5000

    assert loads(f"[{digits}, 2]") == [HugeInteger(digits), 2]
    assert loads_with_source_numbers(f"[{digits}, 0.10, 1e3]") == [digits, "0.10", "1e3"]


def test_what_is_not_json_is_told_with_its_column() -> None:
    with pytest.raises(FieldError, match=r"not JSON: .* \(column 8\)"):
        loads('{"a": 1')
