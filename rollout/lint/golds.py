"""Rules about gold answers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from rollout.golds.join import key_text
from rollout.lint.model import Alone, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.lint.model import Item

_FEW_PROBLEMS = 5
"""Fewer may well agree by chance."""

_LOPSIDED_SHARE = 0.8
"""A policy that always gives the same answer must not look like a good one."""


class ConstantGold:
    """Of the published GPQA file of VibeThinker, all 198 golds are A."""

    name = "constant-gold"
    meaning = "a policy that always says the same is right nearly everywhere"

    def __init__(self) -> None:
        self._golds: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)

    def look(self, item: Item) -> Iterator[Finding]:
        if item.golds and item.first_of_group:
            self._golds[item.file][item.golds] += 1
        return iter(())

    def conclude(self) -> Iterator[Finding]:
        for file, golds in self._golds.items():
            (gold, count), total = golds.most_common(1)[0], golds.total()
            if total >= _FEW_PROBLEMS and count >= _LOPSIDED_SHARE * total:
                yield Finding(file, f"{count} of {total} golds are {_shown(gold)}")


class NumberGold(Alone):
    """Graders that expect text fail on numbers, or never find them equal."""

    name = "number-gold"
    meaning = "the gold is a number where text is expected: many graders fail on it, or call everything wrong"

    def look(self, item: Item) -> Iterator[Finding]:
        if item.first_of_group and _is_number(item.gold):
            yield Finding(item.place, f"the gold is the number {item.gold}")


class PaddedGold(Alone):
    """Answers of AIME are written with three digits."""

    name = "padded-gold"
    meaning = "the gold begins with a zero: compared as text, the right answer is wrong"

    def look(self, item: Item) -> Iterator[Finding]:
        for gold in item.golds if item.first_of_group else ():
            if re.fullmatch(r"\s*0\d+\s*", gold):
                yield Finding(item.place, f"the gold is {gold!r}")


class ProseGold(Alone):
    """Data sets that have a derivation where others have an answer."""

    name = "prose-gold"
    meaning = "the gold is a text and not an answer: join or name the field that has the final answer"

    def look(self, item: Item) -> Iterator[Finding]:
        for gold in item.golds if item.first_of_group else ():
            if _is_prose(gold):
                yield Finding(item.place, f"the gold is {gold[:60]!r}...")


class SeveralValues(Alone):
    """A list in one text may mean all of them, or any."""

    name = "several-values"
    meaning = (
        "the gold holds more than one value: say whether all are wanted ({1,2}) or any (a list of golds)"
    )

    def look(self, item: Item) -> Iterator[Finding]:
        for gold in item.golds if item.first_of_group else ():
            if _separated(gold) and not _is_prose(gold):
                yield Finding(item.place, f"the gold is {gold[:100]!r}")


class BrokenGold(Alone):
    """What was cut off compares equal to other things that are cut off at the same place."""

    name = "broken-gold"
    meaning = "the gold is empty, cut off or unbalanced: nothing equals it, or too much does"

    def look(self, item: Item) -> Iterator[Finding]:
        for gold in item.golds if item.first_of_group else ():
            reason = _broken(gold)
            if reason and not _is_prose(gold):
                yield Finding(item.place, f"{reason}: {gold[-60:]!r}")


class ConflictingGold:
    """The same question twice, with two answers."""

    name = "conflicting-gold"
    meaning = "one prompt has different golds: at most one of them is right"

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, str]] = {}

    def look(self, item: Item) -> Iterator[Finding]:
        if not item.first_of_group or not item.golds or not item.prompt:
            return
        prompt, golds = hash(key_text(item.prompt)), hash(item.golds)
        known, place = self._seen.setdefault(prompt, (golds, item.place))
        if known != golds:
            yield Finding(item.place, f"another gold than for the same prompt at {place}")

    def conclude(self) -> Iterator[Finding]:
        return iter(())


class LeakedGold(Alone):
    """The answer stands in the question."""

    name = "leaked-gold"
    meaning = "the prompt holds the gold: copying it is right"

    def look(self, item: Item) -> Iterator[Finding]:
        prompt = _text(item.prompt)
        for gold in item.golds if item.first_of_group and prompt else ():
            if _leaks(prompt, gold.strip()):
                yield Finding(item.place, f"the prompt holds the gold {gold[:60]!r}")


_LONG_GOLD_CHARACTERS = 12
"""From here on, a gold that stands in a prompt is no accident; shorter ones are numbers of the problem."""


def _leaks(prompt: str, gold: str) -> bool:
    if len(gold) >= _LONG_GOLD_CHARACTERS and gold in prompt:
        return True
    named = (
        rf"(?:\\boxed\{{\s*{re.escape(gold)}\s*\}}|\banswer(?:\s+is|\s*[:=])\s*\$?{re.escape(gold)}(?!\w))"
    )
    return bool(gold) and re.search(named, prompt, re.IGNORECASE) is not None


def _text(prompt: Any) -> str:
    if isinstance(prompt, list):
        parts = (message.get("content") for message in prompt if isinstance(message, dict))
        return "\n".join(part for part in parts if isinstance(part, str))
    return prompt if isinstance(prompt, str) else ""


def _is_number(gold: Any) -> bool:
    golds = gold if isinstance(gold, list) else [gold]
    return any(isinstance(member, int | float) and not isinstance(member, bool) for member in golds)


def _shown(golds: tuple[str, ...]) -> str:
    return " or ".join(repr(gold[:60]) for gold in golds)


def _outside(gold: str) -> str:
    """The text outside brackets of any kind."""
    depth, kept = 0, []
    for character in gold:
        depth += (character in "([{") - (character in ")]}")
        kept.append(character if depth == 0 and character not in ")]}" else "")
    return "".join(kept)


_PROSE_WORDS = 8
"""More words than an answer has; names of LaTeX commands are none."""


def _is_prose(gold: str) -> bool:
    return len(re.findall(r"(?<![\\\w])[A-Za-z]{2,}", gold)) >= _PROSE_WORDS


_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)")


def _separated(gold: str) -> bool:
    outside = _THOUSANDS.sub("0", _outside(gold.replace("{,}", "")))
    return re.search(r"\S\s*(?:[,;]|\\text|\bor\b|\band\b|\\pm(?![a-z]))\s*\S", outside) is not None


_PAIRS = {")": "(", "]": "[", "}": "{"}


def _broken(gold: str) -> str | None:
    stripped = gold.strip()
    if not stripped:
        return "the gold is empty"
    if stripped.endswith(("...", "…", "\\", "=", "+", "*", "/", "^", "_", ",")):
        return "the gold is cut off"
    # Half-open intervals mix round and square brackets; braces mix with nothing.
    if stripped.replace("\\{", "").replace("\\}", "").count("{") != stripped.replace("\\}", "").count("}"):
        return "the braces of the gold do not match"
    if sum(map(stripped.count, "([")) != sum(map(stripped.count, ")]")):
        return "the brackets of the gold do not match"
    return "the dollar signs of the gold do not match" if stripped.replace("\\$", "").count("$") % 2 else None
