"""The rules about form: reading those of a task, and what they make of a judgement.

A gate that fails makes the verdict REJECTED, with score 0. A penalty that fails takes its weight from the
score, which stays at least 0. Neither touches `correct`: what is right is the verifier's to say, and shaping
must not change p, pass@k or a weight that is computed from them. Every rule leaves its term: 0 where it
holds, minus its weight where it does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from verifier.errors import InvalidTask
from verifier.form import length, repetition, single_answer, think_closed
from verifier.model import FormatUse, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verifier.form.model import Rule
    from verifier.model import FormatRule, Judgement

RULES: Mapping[str, type[Rule]] = {
    "length": length.Length,
    "repetition": repetition.Repetition,
    "single_answer": single_answer.SingleAnswer,
    "think_closed": think_closed.ThinkClosed,
}
"""By name."""
MOST = 20
"""Rules of one task."""


def check(wanted: Sequence[FormatRule]) -> None:
    """Refuse rules that are not known, or whose arguments make no sense.

    Raises:
        InvalidTask: names the field.
    """
    if len(wanted) > MOST:
        raise InvalidTask("task.format", f"at most {MOST} rules, and {len(wanted)} were given")
    for index, each in enumerate(wanted):
        _read(each, f"task.format[{index}]")


def apply(wanted: Sequence[FormatRule], response: str, judgement: Judgement) -> Judgement:
    """The judgement with the rules in it: their terms, and what those that fail do."""
    terms, details = dict(judgement.terms), [judgement.detail] if judgement.detail else []
    verdict, score = judgement.verdict, judgement.score
    for index, each in enumerate(wanted):
        reason = _read(each, f"task.format[{index}]").broken(response)
        terms[_term(each.rule, terms)] = -each.weight if reason else 0.0
        if not reason:
            continue
        details.append(f"{each.rule}: {reason}")
        if each.use is FormatUse.GATE:
            verdict, score = Verdict.REJECTED, 0.0
        else:
            score = max(0.0, score - each.weight)
    return replace(judgement, verdict=verdict, score=score, terms=terms, detail="; ".join(details))


def _term(rule: str, taken: Mapping[str, float]) -> str:
    """A rule may be asked for twice: `length`, then `length#2`."""
    names = (rule, *(f"{rule}#{number}" for number in range(2, MOST + 1)))
    return next(name for name in names if name not in taken)


def _read(wanted: FormatRule, field: str) -> Rule:
    kind = RULES.get(wanted.rule)
    if kind is None:
        raise InvalidTask(f"{field}.rule", f"no such rule; this server has {', '.join(RULES)}")
    try:
        return kind.model_validate(dict(wanted.arguments))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = "".join(f".{part}" for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidTask(f"{field}.arguments{path}", reason) from None
