"""Adds scored lines up into what a report shows, one by one.

Keeps counts, a few numbers for each group, and a bounded number of examples; nothing of the other records.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rollout.rewards import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rollout.model import Verdict
    from rollout.scored import Scored

EXAMPLES = 100
"""Of each kind of disagreement; a page with more is no reading matter."""

_TEXT_CHARACTERS = 4000
"""Of a response that is shown: its end, where the answer is."""

RIGHT_FROM = 0.5
"""A prior score from here on says that a response is right; scores of graders are 0 or 1 nearly always."""


@dataclass(frozen=True, slots=True)
class Example:
    """A record that somebody should look at."""

    id: str
    place: str
    verdict: str
    correct: bool
    prior: float
    detail: str
    extracted: str
    gold: str
    prompt: str
    response: str
    """Its end."""


Counts = dict[str, list[int]]
"""By group: members, judged, right."""


@dataclass(slots=True)
class Gathered:
    """What a report shows."""

    records: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    domains: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(dict))
    difficulties: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(dict))
    groups: Counts = field(default_factory=dict)
    lengths: defaultdict[bool, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """By whether right: counts by bin, see `bin_of`."""
    times: defaultdict[bool, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """The same for the microseconds of processor time that judging took."""
    in_tokens: bool = True
    """Whether every length is one of tokens."""
    agreement: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    """By whether a prior score says right, and whether the verifier does."""
    examples: defaultdict[tuple[bool, bool], list[Example]] = field(default_factory=lambda: defaultdict(list))
    """Of disagreements."""

    def add(self, line: Scored) -> None:
        """Count one line."""
        self.records += 1
        self.verdicts[line.verdict] += 1
        correct = line.correct
        _count(self.groups, line.group, correct)
        _count(self.domains[line.domain], line.group, correct)
        difficulty = line.fields.get("difficulty")
        if difficulty is not None:
            _count(self.difficulties[str(difficulty)], line.group, correct)
        if correct is None:
            self.failures[str(line.fields.get("failure_kind") or "unknown")] += 1
            return
        self.in_tokens &= isinstance(line.fields.get("n_tokens"), int)
        self.lengths[correct][bin_of(line.length)] += 1
        seconds = (line.fields.get("usage") or {}).get("cpu_seconds")
        if seconds:
            self.times[correct][bin_of(round(seconds * 1e6))] += 1
        self._compare(line, correct)

    def _compare(self, line: Scored, correct: bool) -> None:
        prior = line.fields.get("prior_score")
        if not isinstance(prior, int | float):
            return
        pair = (prior >= RIGHT_FROM, correct)
        self.agreement[pair] += 1
        if pair[0] != pair[1] and len(self.examples[pair]) < EXAMPLES:
            self.examples[pair].append(_example(line, correct, float(prior)))


def groups_of(counts: Counts) -> list[Group]:
    """The groups of these counts."""
    return [Group(*count) for count in counts.values()]


def bin_of(value: int) -> int:
    """The bin of a histogram with two for each doubling: lengths and times spread over magnitudes."""
    return math.floor(2 * math.log2(value)) if value >= 1 else 0


def begin_of(bin_: int) -> float:
    """Where a bin begins."""
    return float(2.0 ** (bin_ / 2))


def _count(counts: Counts, group: str, correct: bool | None) -> None:
    count = counts.setdefault(group, [0, 0, 0])
    count[0] += 1
    count[1] += correct is not None
    count[2] += correct is True


def _example(line: Scored, correct: bool, prior: float) -> Example:
    fields = line.fields
    return Example(
        id=line.id,
        place=line.place,
        verdict=line.verdict.value,
        correct=correct,
        prior=prior,
        detail=str(fields.get("detail") or ""),
        extracted=str(fields.get("extracted") or "")[:_TEXT_CHARACTERS],
        gold=_gold(fields),
        prompt=_shown(fields.get("prompt"))[:_TEXT_CHARACTERS],
        response=str(fields.get("response") or "")[-_TEXT_CHARACTERS:],
    )


def _gold(fields: Mapping[str, Any]) -> str:
    task = fields.get("task") or {}
    return _shown(task.get("answer", task.get("tests")))[:_TEXT_CHARACTERS]


def _shown(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list) and all(isinstance(one, dict) and "content" in one for one in value):
        return "\n\n".join(f"[{one.get('role')}] {_shown(one['content'])}" for one in value)
    return json.dumps(value, ensure_ascii=False)
