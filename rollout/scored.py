"""Scored lines, read back one by one: what `select`, `vote`, `probe`, `report` and `diff` work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollout.errors import FieldError, InputError, Problem
from rollout.jsontext import loads
from rollout.model import Verdict
from rollout.rows.table import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rollout.rows.files import InputFile


@dataclass(frozen=True, slots=True)
class Scored:
    """One scored line."""

    place: str
    text: str
    """As it stands."""
    fields: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its name."""
        return str(self.fields.get("id", self.place))

    @property
    def group(self) -> str:
        """What it was sampled for; without one, it is alone."""
        group = self.fields.get("group")
        return self.place if group is None else str(group)

    @property
    def verdict(self) -> Verdict:
        """What the candidate did."""
        return Verdict(self.fields["verdict"])

    @property
    def correct(self) -> bool | None:
        """Whether it is right; None where it was not judged."""
        correct: bool | None = self.fields["correct"]
        return correct

    @property
    def score(self) -> float | None:
        """None where it was not judged."""
        score: float | None = self.fields["score"]
        return score

    @property
    def domain(self) -> str:
        """What its author called it, else what judged it."""
        task = self.fields.get("task") or {}
        return str(self.fields.get("domain") or task.get("verifier") or "unknown")

    @property
    def length(self) -> int:
        """Of the response: its tokens where the record says how many (`n_tokens`), else its characters."""
        tokens = self.fields.get("n_tokens")
        return tokens if isinstance(tokens, int) else len(self.fields.get("response") or "")


def scored_lines(files: Iterable[InputFile]) -> Iterator[Scored]:
    """The lines of these files, in order, one in memory at a time.

    Raises:
        InputError: a line was not written by `rollout score`.
    """
    for file in files:
        for row in rows(file):
            place = file.place(row.number)
            try:
                text = row.text().strip()
                yield _scored(place, text, loads(text))
            except FieldError as error:
                raise InputError([Problem(place, str(error))]) from None


def _scored(place: str, text: str, fields: Any) -> Scored:
    if not isinstance(fields, dict) or not {"verdict", "score", "correct"} <= set(fields):
        raise FieldError(
            "", "not a scored line (it has no `verdict`, `score` and `correct`): run rollout score"
        )
    if fields["verdict"] not in Verdict.__members__:
        raise FieldError("verdict", f"unknown verdict {fields['verdict']!r}")
    for name, kinds in (("score", int | float | None), ("correct", bool | None)):
        if not isinstance(fields[name], kinds):
            raise FieldError(
                name, "must be a number or null" if name == "score" else "must be true, false or null"
            )
    return Scored(place, text, fields)
