"""Rules about responses, and about problems and responses as a set."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rollout.lint.model import Alone, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.lint.model import Item


class DuplicateId:
    """Joins, resumed runs and reports go by ids."""

    name = "duplicate-id"
    meaning = "an id stands for more than one record: joins and comparisons take one for the other"

    def __init__(self) -> None:
        self._seen: dict[int, str] = {}

    def look(self, item: Item) -> Iterator[Finding]:
        first = self._seen.setdefault(hash((item.file, item.id)), item.place)
        if first != item.place:
            yield Finding(item.place, f"the id {item.id[:60]!r} was at {first} already")

    def conclude(self) -> Iterator[Finding]:
        return iter(())


class UnevenGroups:
    """Group statistics compare groups; pass@k needs k members of each."""

    name = "uneven-groups"
    meaning = (
        "groups have different sizes: pass@k is over fewer groups, and small groups have rougher baselines"
    )

    def __init__(self) -> None:
        self._sizes: Counter[tuple[str, str]] = Counter()
        self._places: dict[tuple[str, str], str] = {}

    def look(self, item: Item) -> Iterator[Finding]:
        if item.response is not None:
            self._sizes[item.file, item.group] += 1
            self._places.setdefault((item.file, item.group), item.place)
        return iter(())

    def conclude(self) -> Iterator[Finding]:
        common = Counter(self._sizes.values()).most_common(1)
        if not common:
            return
        usual, many = common[0]
        for group, size in self._sizes.items():
            if size != usual:
                reason = f"the group {group[1][:60]!r} has {size} responses; {many} groups have {usual}"
                yield Finding(self._places[group], reason)


class TruncatedResponse(Alone):
    """What was cut off is judged like anything else."""

    name = "truncated-response"
    meaning = "the response was cut off: its score says more about the limit than about the model"

    def look(self, item: Item) -> Iterator[Finding]:
        if item.finish_reason in ("length", "max_tokens"):
            yield Finding(item.place, "the model reached its limit of tokens")
        elif item.response is not None and _thinks_on(item.response):
            yield Finding(item.place, "the thoughts do not end")


def _thinks_on(response: str) -> bool:
    return response.rfind("<think>") > response.rfind("</think>")
