"""Two scorings of the same traces, side by side.

Records are the same where id and response are; of several such, the first of one file goes with the first of
the other. Only a few numbers of each record are kept.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rollout.scored import Scored

EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Side:
    """What one scoring says of a record."""

    place: str
    verdict: str
    correct: bool | None
    score: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class Change:
    """A record that the scorings see differently."""

    id: str
    before: Side
    after: Side


@dataclass(slots=True)
class Comparison:
    """What two scorings have in common and what not."""

    both: int = 0
    only_before: int = 0
    only_after: int = 0
    changed: int = 0
    """Records with another verdict or score."""
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    correct: Counter[tuple[bool | None, bool | None]] = field(default_factory=Counter)
    examples: list[Change] = field(default_factory=list)

    @property
    def gained(self) -> int:
        """Wrong before, right after."""
        return self.correct[False, True]

    @property
    def lost(self) -> int:
        """Right before, wrong after."""
        return self.correct[True, False]

    def add(self, id_: str, before: Side, after: Side) -> None:
        """Count a record that both have."""
        self.both += 1
        self.verdicts[before.verdict, after.verdict] += 1
        self.correct[before.correct, after.correct] += 1
        if (before.verdict, before.score) != (after.verdict, after.score):
            self.changed += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(Change(id_, before, after))

    def to_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        judged = [(pair, n) for pair, n in self.correct.items() if None not in pair]
        total = sum(n for _, n in judged)
        return {
            "both": self.both,
            "only_before": self.only_before,
            "only_after": self.only_after,
            "changed": self.changed,
            "gained": self.gained,
            "lost": self.lost,
            "accuracy_before": _share(sum(n for (one, _), n in judged if one), total),
            "accuracy_after": _share(sum(n for (_, other), n in judged if other), total),
            "agreement": _share(sum(n for (one, other), n in judged if one == other), total),
            "p_value": sign_test(self.gained, self.lost),
            "verdicts": [
                {"before": b, "after": a, "records": n} for (b, a), n in self.verdicts.most_common()
            ],
        }


def compare(before: Iterable[Scored], after: Iterable[Scored]) -> Comparison:
    """Go through both scorings, the first one whole and then the other."""
    waiting: defaultdict[bytes, deque[Side]] = defaultdict(deque)
    for line in before:
        waiting[_key(line)].append(_side(line))
    comparison = Comparison()
    for line in after:
        sides = waiting.get(_key(line))
        if sides:
            comparison.add(line.id, sides.popleft(), _side(line))
        else:
            comparison.only_after += 1
    comparison.only_before = sum(map(len, waiting.values()))
    return comparison


def sign_test(gained: int, lost: int) -> float:
    """How likely such a difference is where both are equally good: McNemar's test, exact and two-sided."""
    total = gained + lost
    tail = sum(math.comb(total, i) for i in range(min(gained, lost) + 1))
    return min(1.0, tail / 2 ** (total - 1)) if total else 1.0


def _key(line: Scored) -> bytes:
    text = f"{line.id}\0{line.fields.get('response')}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _side(line: Scored) -> Side:
    detail = line.fields.get("detail") or line.fields.get("failure_reason") or ""
    return Side(line.place, line.verdict.value, line.correct, line.score, str(detail)[:200])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
