"""Plain values survive the way out of a jail exactly; nothing else gets through."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.judge.inside import plain, reports
from verifier.judge.inside.errors import Malformed, NotPlain

offsets = st.builds(
    datetime.timezone, st.timedeltas(datetime.timedelta(hours=-23), datetime.timedelta(hours=23))
)
keys = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters()),
    st.binary(),
    st.fractions(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.tuples(st.integers(), st.text()),
)
scalars = st.one_of(
    keys,
    st.floats(),
    st.complex_numbers(),
    st.decimals(),
    st.timedeltas(),
    st.times(timezones=st.none() | offsets),
    st.datetimes(timezones=st.none() | offsets),
    st.builds(bytearray, st.binary()),
    st.builds(range, st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 5)),
    st.slices(9),
    st.sampled_from([int, str, list, ValueError, KeyError]),
    st.lists(st.integers(-(2**70), 2**70), min_size=30, max_size=40),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.sets(keys),
        st.frozensets(keys),
        st.dictionaries(keys, inner),
        st.builds(collections.deque, st.lists(inner), st.none() | st.integers(20, 30)),
        st.dictionaries(keys, inner).map(collections.OrderedDict),
        st.dictionaries(keys, st.integers()).map(collections.Counter),
        st.builds(collections.defaultdict, st.sampled_from([None, int, list]), st.dictionaries(keys, inner)),
    ),
    max_leaves=20,
)


def spelled(value: object) -> object:
    """A value with all of its types, so that 1, 1.0 and True differ, and NaN equals itself."""
    if isinstance(value, (list, tuple, collections.deque)):
        return type(value), getattr(value, "maxlen", None), [spelled(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return type(value), sorted(repr(spelled(item)) for item in value)
    if isinstance(value, dict):
        factory = getattr(value, "default_factory", None)
        return type(value), factory, [(spelled(key), spelled(item)) for key, item in value.items()]
    return type(value), repr(value), getattr(value, "fold", None)


@given(values)
def test_values_come_out_as_they_went_in(value: object) -> None:
    """Type for type, at every depth, in the order of dicts."""
    data = plain.encode(value)

    assert spelled(plain.decode(data)) == spelled(value)
    assert plain.encode(plain.decode(data)) == data


@given(st.binary(max_size=60))
def test_any_bytes_are_either_a_value_or_refused(data: bytes) -> None:
    """Whatever a forger sends, decoding ends in a value that encodes to the same bytes, or in one error."""
    try:
        value = plain.decode(data)
    except Malformed:
        return

    assert plain.encode(value) == data


@given(values, st.data())
def test_a_changed_byte_never_means_the_same(value: object, data: st.DataObject) -> None:
    """The encoding is canonical: there is one spelling of each value."""
    good = plain.encode(value)
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]

    try:
        decoded = plain.decode(bad)
    except Malformed:
        return

    assert spelled(decoded) != spelled(value)


class Truthful(int):
    """Says it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Rows(list[int]):
    """A list with a class of its own."""


class Colour(enum.IntEnum):
    """A number with a name."""

    RED = 1


Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    "value",
    [
        Truthful(1),
        Rows([1]),
        Colour.RED,
        Point(1, 2),
        object(),
        len,
        Rows,
        iter([1]),
        [1, {2: object()}],
        ValueError("x"),
        datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(), "named")).tzinfo,
        collections.defaultdict(lambda: 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_exact_types_are_plain(value: object) -> None:
    """A subclass may answer `==` as it likes, so it is no plain value, however deep it sits."""
    with pytest.raises(NotPlain):
        plain.encode(value)


def test_values_without_end_are_refused() -> None:
    """Depth is bounded, which also catches a list in itself."""
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(NotPlain, match="without end"):
        plain.encode(endless)


def test_values_that_double_at_every_level_are_refused() -> None:
    """Thirty small lists can mean a billion values."""
    value: list[object] = [[]]
    for _ in range(30):
        value = [value, value]

    with pytest.raises(NotPlain):
        plain.encode(value)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "nothing"),
        (b"NN", "two values"),
        (b"?", "an unknown type"),
        (b"I\x02\x00\x01", "an idle byte in an int"),
        (b"I\x81\x00\x01", "an idle group in a size"),
        (b"L\xff\xff\xff\xff\x7f", "more items than bytes"),
        (b"E\x02I\x01\x02I\x01\x01", "a set out of order"),
        (b"E\x02I\x01\x01I\x01\x01", "a set with a value twice"),
        (b"E\x01L\x00", "a set of lists"),
        (b"M\x02I\x01\x01NI\x01\x01N", "a key twice"),
        (b"M\x02I\x01\x01NTN", "two keys that are equal"),
        (b"M\x01L\x00N", "a list as a key"),
        (b"D" + struct.pack(">Q", 0x7FF0000000000001), "another NaN"),
        (b"S\x01\xff", "no UTF-8"),
        (b"X" + plain.encode(("mine", 0)), "a reference"),
        (b"L\x01" * 300 + b"N", "too deep"),
        (b"L" + b"\x20" + b"I\x01\x01" * 32, "a list that should be packed"),
        (b"P\x08" + bytes(8), "a short packed list"),
        (b"R" + plain.encode(("bytearray", 1 << 60)), "a bytearray made of a number"),
        (b"R" + plain.encode(("Fraction", 2, 4)), "a fraction not in lowest terms"),
        (b"R" + plain.encode(("Fraction", 1, 0)), "no fraction"),
        (b"R" + plain.encode(("Decimal", "1_0")), "a decimal in another spelling"),
        (b"R" + plain.encode(("Decimal", "one")), "no decimal"),
        (b"R" + plain.encode(("deque", [1, 2], 1)), "a deque over its length"),
        (b"R" + plain.encode(("deque", range(1 << 60), None)), "a deque of a range"),
        (b"R" + plain.encode(("type", "object")), "a type that is not plain"),
        (b"R" + plain.encode(("os.system", "true")), "no record"),
        (b"R" + plain.encode([]), "no fields"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_what_no_encoder_writes_is_refused(data: bytes, why: str) -> None:
    """Strict decoding: no second spelling, no work beyond what the bytes cost, nothing but plain values."""
    with pytest.raises(Malformed):
        plain.decode(data)


def test_a_call_may_return_what_a_plain_base_holds() -> None:
    """A namedtuple counts as a tuple, an IntEnum as an int; other objects stay foreign, and equal nothing."""
    claim = reports.read_claim(reports.write_claim([Point(1, Colour.RED), Truthful(7), object()]))

    assert claim.value == [(1, 1), 7, reports.Foreign("object")]
    assert spelled(claim.value) == spelled([(1, 1), 7, reports.Foreign("object")])


@pytest.mark.parametrize(
    "report",
    [
        b"",
        b"passed",
        reports.write_claim(1) * 2,
        reports.write_test_end(b"t" * 16, reports.PASSED),
        plain.encode(("verdict", "ACCEPTED")),
    ],
)
def test_a_report_that_is_not_one_claim_is_none(report: bytes) -> None:
    """Missing, forged and repeated frames."""
    with pytest.raises(Malformed):
        reports.read_claim(report)


@pytest.mark.parametrize(
    "report",
    [
        b"",
        reports.write_claim(1),
        reports.write_test_end(b"u" * 16, reports.PASSED),
        reports.write_test_end(b"t" * 16, reports.PASSED) * 2,
        reports.write_test_end(b"t" * 16, "accepted"),
        plain.encode((b"t" * 16, reports.PASSED)),
    ],
)
def test_a_report_without_the_token_or_with_more_than_one_frame_ends_no_test(report: bytes) -> None:
    """The token is this submission's; the words are few."""
    with pytest.raises(Malformed):
        reports.read_test_end(report, b"t" * 16)


def test_huge_numbers_pass_in_full() -> None:
    """Beyond the 4,300 digits of texts."""
    for value in (10**50_000, -(7**90_000), fractions.Fraction(3, 2**200), decimal.Decimal("1e-999")):
        assert plain.decode(plain.encode(value)) == value
