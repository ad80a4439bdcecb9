"""What each checker calls equal: one table for each, and what holds for all of them."""

from __future__ import annotations

import collections
import decimal
import fractions
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.judge import checkers
from verifier.judge.checkers.table import CHECKERS, FOR_TEXTS, FOR_VALUES, TOLERANCES
from verifier.judge.inside.reports import Foreign
from verifier.judge.model import Tolerances

NAN = float("nan")
# checker, output, expected, equal?
TEXTS = [
    ("tokens", "1 2\n", "1 2", True),
    ("tokens", " 1\n\n2\t", "1 2\n", True),
    ("tokens", "1\r\n2\r\n", "1\n2\n", True),
    ("tokens", "12", "1 2", False),
    ("tokens", "1 2", "1 2 3", False),
    ("tokens", "1 2 3", "1 2", False),
    ("tokens", "", "1", False),
    ("tokens", "1", "", False),
    ("tokens", "", "\n", True),
    ("tokens", "YES", "yes", False),
    ("tokens", "1.0", "1", False),
    ("tokens", "1\N{NO-BREAK SPACE}2", "1 2", False),
    ("tokens", "a\0", "a", False),
    ("exact", "1\n", "1\n", True),
    ("exact", "1", "1\n", False),
    ("exact", "1\r\n", "1\n", False),
    ("exact", "", "", True),
    ("lines", "1 2\n3\n", "1 2\n3", True),
    ("lines", "1 2  \r\n3\n\n\n", "1 2\n3", True),
    ("lines", "1  2", "1 2", False),
    ("lines", " 1", "1", False),
    ("lines", "1\n\n2", "1\n2", False),
    ("lines", "6", "6\n8\n10", False),
    ("lines", "6\n8\n10", "6", False),
    ("floats", "1.0000001", "1", True),
    ("floats", "1.01", "1", False),
    ("floats", "1000000.5", "1000000", True),
    ("floats", "x 1.0", "x 1", True),
    ("floats", "y 1", "x 1", False),
    ("floats", "nan", "1", False),
    ("floats", "1", "nan", False),
    ("floats", "inf", "1e308", False),
    ("floats", "1e400", "1e309", False),
    ("floats", "1", "1 2", False),
    ("floats", "0x1", "1", False),
    ("floats", "1_0", "10", False),
    ("floats", "-0", "0", True),
    ("floats", "\N{ARABIC-INDIC DIGIT ONE}", "1", False),
    # testing_util.py: stripped lines, then decimals token by token
    ("lcb", "\n 1 \n2\n\n", "1\n2", True),
    ("lcb", "1.0 2", "1 2.00", True),
    ("lcb", "0.30000000000000004", "0.3", False),
    ("lcb", "1e2", "100", True),
    ("lcb", "1 2", "1\n2", False),
    ("lcb", "6", "6\n8\n10", False),
    ("lcb", "6\n\n8", "6\n8", False),
    ("lcb", "a  b", "a b", False),
    ("lcb", "1  2", "1 2", True),
    ("lcb", "yes", "YES", False),
    ("lcb", "x 1.0", "x 1", False),
    ("lcb", "nan", "NaN", False),
    ("lcb", "snan", "1", False),
    ("lcb", "", "", True),
    ("unordered", "b\na\n", "a\nb", True),
    ("unordered", "a\na\nb", "a\nb\nb", False),
    ("unordered", "a", "a\nb", False),
    ("unordered", "  a \n\nb", "b\na", True),
    ("unordered", "a b", "b a", False),
]
# checker, value, expected JSON, equal?
VALUES = [
    ("json", 1, "1", True),
    ("json", 1.0, "1", True),
    ("json", 1, "1.0", True),
    ("json", True, "1", False),
    ("json", 1, "true", False),
    ("json", True, "true", True),
    ("json", False, "0", False),
    ("json", None, "null", True),
    ("json", None, "false", False),
    ("json", "1", "1", False),
    ("json", "a", '"a"', True),
    ("json", b"a", '"a"', False),
    ("json", (1, (2, [3])), "[1, [2, [3]]]", True),
    ("json", [1], "1", False),
    ("json", 1, "[1]", False),
    ("json", [], "{}", False),
    ("json", "ab", '["a", "b"]', False),
    ("json", {1, 2}, "[1, 2]", False),
    ("json", range(2), "[0, 1]", False),
    ("json", {"a": (1,)}, '{"a": [1]}', True),
    ("json", {1: 2, None: 3, 1.5: 5}, '{"true": 2, "null": 3, "1.5": 5}', False),
    ("json", {2: 2, None: 3, True: 4, 1.5: 5}, '{"2": 2, "true": 4, "null": 3, "1.5": 5}', True),
    ("json", {1: 2, "1": 2}, '{"1": 2}', False),
    ("json", {(1, 2): 3}, '{"(1, 2)": 3}', False),
    ("json", collections.Counter("a"), '{"a": 1}', True),
    ("json", collections.OrderedDict(b=1, a=2), '{"a": 2, "b": 1}', True),
    ("json", NAN, "NaN", False),
    ("json", [NAN], "[NaN]", False),
    ("json", math.inf, "Infinity", True),
    ("json", 10**30, "1000000000000000000000000000000", True),
    ("json", 1e30, "1000000000000000000000000000000", False),
    ("json", 2**53 + 1, "9007199254740992.0", False),
    ("json", 0.1 + 0.2, "0.3", False),
    ("json", fractions.Fraction(1, 2), "0.5", True),
    ("json", decimal.Decimal("0.5"), "0.5", True),
    ("json", decimal.Decimal("sNaN"), "0.5", False),
    ("json", 1 + 0j, "1", False),
    ("json", Foreign("Same"), "1", False),
    ("json", [Foreign("Same")], "[1]", False),
    ("floats", 0.1 + 0.2, "0.3", True),
    ("floats", [1, {"a": 2.0000001}], '[1, {"a": 2}]', True),
    ("floats", [1, {"a": 2.1}], '[1, {"a": 2}]', False),
    ("floats", NAN, "1", False),
    ("floats", NAN, "NaN", False),
    ("floats", True, "1", False),
    ("floats", 10**400, "1.5", False),
    ("floats", "0.30000001", "0.3", False),
    # testing_util.py: `==`, after a tuple at the top has become a list
    ("lcb", (1, 2), "[1, 2]", True),
    ("lcb", [(1, 2)], "[[1, 2]]", False),
    ("lcb", True, "1", True),
    ("lcb", 1.0, "1", True),
    ("lcb", {1: 2}, '{"1": 2}', False),
    ("lcb", 0.1 + 0.2, "0.3", False),
    ("lcb", NAN, "NaN", False),
    ("lcb", {1, 2}, "[1, 2]", False),
    ("lcb", Foreign("Same"), "1", False),
    ("lcb", decimal.Decimal("sNaN"), "1", False),
    ("unordered", [2, (1, 0)], "[[1, 0], 2.0]", True),
    ("unordered", [1, 1, 2], "[1, 2, 2]", False),
    ("unordered", [True], "[1]", False),
    ("unordered", [{"a": 1}, {1: 2}], '[{"1": 2}, {"a": 1.0}]', True),
    ("unordered", [[1, 2]], "[[2, 1]]", False),
    ("unordered", [NAN], "[NaN]", False),
    ("unordered", [Foreign("Same")], "[1]", False),
    ("unordered", [10**400, 1], "[1]", False),
    ("unordered", {"a": 1}, '{"a": 1}', True),
    ("unordered", 3, "3", True),
]


@pytest.mark.parametrize(("name", "output", "expected", "equal"), TEXTS)
def test_texts(name: str, output: str, expected: str, equal: bool) -> None:
    """Comparing what a program printed."""
    compare = CHECKERS[name].texts
    assert compare

    assert (compare(output.encode(), expected.encode(), TOLERANCES) is None) is equal


@pytest.mark.parametrize(("name", "value", "expected", "equal"), VALUES)
def test_values(name: str, value: object, expected: str, equal: bool) -> None:
    """Comparing what a function returned."""
    compare = CHECKERS[name].values
    assert compare

    assert (compare(value, json.loads(expected), TOLERANCES) is None) is equal


def test_tolerances_are_the_tasks() -> None:
    """Absolute or relative, whichever is wider; none means none."""
    compare = CHECKERS["floats"].texts
    assert compare

    assert compare(b"1.4", b"1", Tolerances(0.5, 0.0)) is None
    assert compare(b"140", b"100", Tolerances(0.0, 0.5)) is None
    assert compare(b"1.6", b"1", Tolerances(0.5, 0.0)) is not None
    assert compare(b"1.0000001", b"1", Tolerances(0.0, 0.0)) is not None
    assert compare(b"1.0", b"1", Tolerances(0.0, 0.0)) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_a_json_value_equals_itself_in_every_checker_of_values(value: object) -> None:
    """Gold accepts gold."""
    for checker in CHECKERS.values():
        if checker.values:
            assert checker.values(value, json.loads(json.dumps(value)), TOLERANCES) is None, checker.name


@given(st.binary(max_size=80))
def test_a_text_equals_itself_in_every_checker_of_texts(text: bytes) -> None:
    """Gold accepts gold."""
    for checker in CHECKERS.values():
        if checker.texts:
            assert checker.texts(text, text, TOLERANCES) is None, checker.name


@given(json_values, json_values)
def test_unordered_items_are_equal_exactly_where_json_says_so(one: object, other: object) -> None:
    """Both checkers share one idea of equality, in two implementations."""
    by_json, by_key = CHECKERS["json"].values, CHECKERS["unordered"].values
    assert by_json
    assert by_key

    assert (by_json([one], [other], TOLERANCES) is None) == (by_key([one], [other], TOLERANCES) is None)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_one_changed_byte_is_found_by_exact(text: bytes, data: st.DataObject) -> None:
    """And located."""
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + bytes([text[at] ^ data.draw(st.integers(1, 255))]) + text[at + 1 :]
    compare = CHECKERS["exact"].texts
    assert compare
    found = compare(changed, text, TOLERANCES)

    assert found
    assert found.where == f"byte {at + 1}"


def test_the_table_names_every_file() -> None:
    """A forgotten line fails here; what checkers share, and the table, are none."""
    files = {path.stem for path in Path(checkers.__file__).parent.glob("*.py")}

    assert files - {"__init__", "table", "equality"} == set(CHECKERS)
    assert all(checker.texts or checker.values for checker in CHECKERS.values())
    assert CHECKERS[FOR_TEXTS].texts
    assert CHECKERS[FOR_VALUES].values


def test_differences_are_short_printable_lines() -> None:
    """However large or odd the outputs."""
    odd = b"\x1b[2J\xff\0" + b"x" * 100_000
    for checker in CHECKERS.values():
        found = None
        if checker.texts:
            found = checker.texts(odd, b"1", TOLERANCES)
        elif checker.values:
            found = checker.values([["\x1b" * 100_000]], [["1"]], TOLERANCES)
        assert found, checker.name
        for text in (found.where, found.got, found.expected):
            assert len(text) <= 80
            assert text.isprintable()
