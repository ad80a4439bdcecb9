"""Scored lines: the text of the record, with the fields of its score behind it.

The record is repeated as its author wrote it, not written anew. Fields of an earlier scoring are left out.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError
from rollout.jsontext import loads, members, one_line
from rollout.model import Score, Verdict, Versions

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = (
    "verdict",
    "score",
    "correct",
    "terms",
    "extracted",
    "detail",
    "failure_kind",
    "failure_reason",
    "assurance",
    "cases",
    "usage",
    "versions",
)
"""What scoring adds to a record, in this order."""


def scored_line(text: str, score: Score) -> str:
    """One line of output, without its end."""
    return _head(text) + one_line(json.dumps(_values(score), ensure_ascii=False))[1:]


def kept_score(text: str, line: str) -> Score | None:
    """The score in a line that was written for this record; None where it was not, or not to its end.

    Of the score, only what a summary needs is read back.
    """
    head = _head(text)
    if not line.startswith(head):
        return None
    try:
        values = loads("{" + line[len(head) :])
        return _score(values) if tuple(values) == FIELDS else None
    except (FieldError, ValueError):
        return None


def read_score(record: Mapping[str, Any]) -> Score | None:
    """The score in a scored record, as far as a summary needs it; None where it has none."""
    return _score(record) if all(name in record for name in FIELDS) else None


def _head(text: str) -> str:
    """The record up to where its score begins."""
    if not any(f'"{name}"' in text for name in FIELDS):
        return text[:-1].rstrip() + ", "
    kept = (f"{json.dumps(name)}: {value}, " for name, value in members(text) if name not in FIELDS)
    return "{" + "".join(kept)


def _values(score: Score) -> dict[str, Any]:
    values = {name: getattr(score, name) for name in FIELDS}
    return values | {
        "verdict": score.verdict.value,
        "terms": dict(score.terms),
        "cases": [asdict(case) | {"verdict": case.verdict.value} for case in score.cases],
        "usage": None if score.usage is None else asdict(score.usage),
        "versions": None if score.versions is None else asdict(score.versions),
    }


def _score(values: Mapping[str, Any]) -> Score:
    versions = values["versions"]
    return Score(
        verdict=Verdict(values["verdict"]),
        score=values["score"],
        correct=values["correct"],
        failure_kind=values["failure_kind"],
        failure_reason=values["failure_reason"],
        versions=None if versions is None else Versions(ruleset=versions["ruleset"]),
    )
