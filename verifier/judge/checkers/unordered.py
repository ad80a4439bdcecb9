"""`unordered`: lines, or the items of a returned list, are equal in any order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from verifier.judge import show
from verifier.judge.checkers import equality, lines
from verifier.judge.model import Checker, Difference, Tolerances

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

Item = TypeVar("Item")


def texts(output: bytes, expected: bytes, _: Tolerances) -> Difference | None:
    """Compare lines as a multiset; whitespace around a line and empty lines do not count."""
    got = [row.strip() for row in lines.split(output) if row.strip()]
    wanted = [row.strip() for row in lines.split(expected) if row.strip()]
    return _compare(got, wanted, got, wanted, show.token)


def values(output: object, expected: object, _: Tolerances) -> Difference | None:
    """Compare the items of two lists (or tuples) as a multiset, each item as `json` does."""
    if type(output) not in (list, tuple) or type(expected) is not list:
        return equality.difference(output, expected, equality.same_number)
    assert isinstance(output, list | tuple)  # noqa: S101 -- for the type checker
    keys, wanted = [equality.key(item) for item in output], [equality.key(item) for item in expected]
    return _compare(output, expected, keys, wanted, show.value)


def _compare(
    got: Sequence[Item],
    wanted: Sequence[Item],
    got_keys: Sequence[Hashable],
    wanted_keys: Sequence[Hashable],
    shown: Callable[[Item], str],
) -> Difference | None:
    if len(got) != len(wanted):
        return Difference("the whole", f"{len(got)} items", f"{len(wanted)} items")
    surplus = Counter(got_keys)
    surplus.subtract(wanted_keys)
    if not any(surplus.values()):
        return None
    extra = next(item for item, name in zip(got, got_keys, strict=True) if surplus[name] > 0)
    missing = next(item for item, name in zip(wanted, wanted_keys, strict=True) if surplus[name] < 0)
    return Difference("any place", shown(extra), shown(missing))


CHECKER = Checker("unordered", "lines or items are equal in any order", texts=texts, values=values)
