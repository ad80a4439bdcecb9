"""What a scoring amounts to: counts, mean score and pass@k, added up record by record.

Keeps a few numbers for each group, and nothing of the records.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rollout.model import Verdict
from rollout.rewards import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rollout.model import Score


SECOND_OPINION = "second_opinion"
"""Term of a judgement for which a model was asked: 1 where it said yes."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of one scoring."""

    records: int
    judged: int
    unjudged: int
    accepted: int
    """Records whose verdict is ACCEPTED."""
    mean_score: float | None
    """Over the judged; None where there are none."""
    verdicts: Mapping[str, int]
    """In the order of the contract; those that occurred."""
    failure_kinds: Mapping[str, int]
    """Why records are unjudged."""
    failure_reasons: Mapping[str, str]
    """One example for each kind."""
    pass_at_k: Mapping[str, float]
    """For k = 1, 2, 4, ... the mean over the groups with at least k judged members."""
    groups: int
    seconds: float
    second_opinions: Mapping[str, int]
    """How often the rules' no was `asked` about, and the model's yes `accepted`."""

    def to_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return asdict(self)


class Tally:
    """Adds scores up."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._verdicts: Counter[Verdict] = Counter()
        self._score_sum = 0.0
        self._kinds: Counter[str] = Counter()
        self._reasons: dict[str, str] = {}
        self._groups: dict[str, Group] = {}
        self._loners: Counter[Group] = Counter()
        self._opinions: Counter[str] = Counter(asked=0, accepted=0)

    def add(self, group: str | None, score: Score) -> None:
        """Count one record; without a group it is its own."""
        self._verdicts[score.verdict] += 1
        if score.judged:
            self._score_sum += score.score or 0.0
        else:
            kind = score.failure_kind or "unknown"
            self._kinds[kind] += 1
            self._reasons.setdefault(kind, score.failure_reason or "")
        if SECOND_OPINION in score.terms:
            self._opinions["asked"] += 1
            self._opinions["accepted"] += score.terms[SECOND_OPINION] == 1.0
        one = Group(n=1, judged=int(score.judged), accepted=int(score.correct is True))
        if group is None:
            self._loners[one] += 1
        else:
            self._groups[group] = _joined(self._groups.get(group, _NOBODY), one)

    @property
    def failure_kinds(self) -> Mapping[str, int]:
        """Why records are unjudged, so far."""
        return dict(self._kinds.most_common())

    def summary(self, seconds: float) -> Summary:
        """The numbers so far."""
        records = sum(self._verdicts.values())
        judged = records - self._verdicts[Verdict.UNJUDGED]
        return Summary(
            records=records,
            judged=judged,
            unjudged=records - judged,
            accepted=self._verdicts[Verdict.ACCEPTED],
            mean_score=self._score_sum / judged if judged else None,
            verdicts={verdict.value: n for verdict in Verdict if (n := self._verdicts[verdict])},
            failure_kinds=self.failure_kinds,
            failure_reasons=dict(self._reasons),
            pass_at_k=_pass_at_k(Counter(self._groups.values()) + self._loners),
            groups=len(self._groups) + sum(self._loners.values()),
            seconds=seconds,
            second_opinions=dict(self._opinions),
        )


_NOBODY = Group(n=0, judged=0, accepted=0)


def _joined(some: Group, others: Group) -> Group:
    return Group(some.n + others.n, some.judged + others.judged, some.accepted + others.accepted)


def _pass_at_k(groups: Counter[Group]) -> dict[str, float]:
    """Means over groups, which come with how often each occurs."""
    largest = max((group.judged for group in groups), default=0)
    means = {}
    for k in (2**exponent for exponent in range(largest.bit_length())):
        able = [(p, count) for group, count in groups.items() if (p := group.pass_at(k)) is not None]
        total = sum(count for _, count in able)
        means[str(k)] = math.fsum(p * count for p, count in able) / total
    return means
