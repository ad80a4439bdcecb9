"""Where the answer stands in a text. The place is found here; what it means is read later.

Anchors, strongest first: the last closed box; the last of `answer is`, `Answer:`, `####` and a line
starting with `A:`; a text that is nothing but an answer; the last mathematics or number. Patterns match
single lines without nested repetition, so that hostile text costs linear time.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from verifier.answers import mathematics
from verifier.answers.inside import tidy
from verifier.answers.mathematics import Formula, formulas

BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
STRAY = re.compile(r"([^{}\\\n]{0,200})\\\}")
"""A box without braces inside whose own was escaped by mistake."""
BETWEEN = re.compile(r"\\q?quad|\\text\s*\{|\b(?:and|or)\b|[\s$.,;:*\\()\[\]{}!&]")
BOXES_APART = 40
"""Characters between two boxes of one list; `\\boxed{1} \\quad \\text{and} \\quad \\boxed{2}` needs 26."""
ANSWER = re.compile(
    r"answers?\s{0,4}(?:\*\*)?\s{0,4}(?:\([^()\n]{0,40}\)\s{0,4})?(?:is|are)?\s{0,4}(?:\*\*)?\s{0,4}"
    r"[:\N{FULLWIDTH COLON}]\s{0,4}(?:\*\*)?"
    r"|\banswers?(?:\s{1,4}\w{1,20}){0,8}?\s{1,4}(?:is|are|would\s{1,4}be|equals)\b\s{0,4}:?",
    re.IGNORECASE,
)
CHINESE = re.compile(
    r"\N{CJK UNIFIED IDEOGRAPH-7B54}\N{CJK UNIFIED IDEOGRAPH-6848}"
    r"(?:\N{CJK UNIFIED IDEOGRAPH-662F}|\N{CJK UNIFIED IDEOGRAPH-4E3A})?\s{0,4}[:\N{FULLWIDTH COLON}]?"
)
HASHES = "####"
LABEL = re.compile("A:", re.IGNORECASE)
"""At the start of a line."""
ANCHORS = re.compile(
    "|".join((ANSWER.pattern, CHINESE.pattern, HASHES, rf"^[ \t]*{LABEL.pattern}")),
    re.IGNORECASE | re.MULTILINE,
)
BEGINNINGS = (
    ("a:", LABEL),
    ("answer", ANSWER),
    ("\N{CJK UNIFIED IDEOGRAPH-7B54}\N{CJK UNIFIED IDEOGRAPH-6848}", CHINESE),
)
"""What anchors begin with: looking for that costs little."""
PERCENT_AFTER = re.compile(r"\s*(?:\\?%|percent\b|pct\b)", re.IGNORECASE)
NUMBER = re.compile(
    r"(?<![\w.])[-+\N{MINUS SIGN}]?[$\N{EURO SIGN}\N{POUND SIGN}]?"
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?:\.?\d+)?(?<=\d)"
    r"(?:\s*/\s*\d+)?(?:\s*(?:%|percent\b|pct\b))?"
)
UP_TO_A_DIGIT = re.compile(r".*\d", re.DOTALL)
UP_TO_NO_PART = re.compile(r".*[^\d\s.,/+\-$\N{MINUS SIGN}\N{EURO SIGN}\N{POUND SIGN}]", re.DOTALL)
"""Up to what cannot stand before the last digit of a NUMBER: none reaches over it, unless it ends there."""
RUNS = 20
"""Of such characters that hold no NUMBER, from the end, before all of the text is searched."""
PROSE = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z]{2,}\s+[a-zA-Z]{2,}\s+[a-zA-Z]{1,}")
CLOSING_REMARK = re.compile(r"\.?\s{1,4}I hope\b.*", re.IGNORECASE | re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[^\d\s])\.(?:\s|$)|(?<=\d)\.(?:\s|$)|\n")
CONNECTIVES = {
    "and",
    "or",
    "percent",
    "percentage",
    "pct",
    "mod",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "log",
    "ln",
    "pi",
}
WORDS = 3
"""Words next to a number from which on they are a sentence and not a unit."""
CHARACTERS = 100_000
"""Of a response, from its end: a final answer stands there, and cutting keeps hostile texts cheap."""
TAIL = 10_000
"""Of these, how many are searched for weaker signs than a box."""
SHORT = 300
"""Characters of a text that can be an answer and nothing else."""


class Extraction(NamedTuple):
    """An answer as it stands in the text, and by which anchor it was found."""

    text: str
    anchor: str


def answer(text: str) -> Extraction | None:
    """The answer in a text; None where there is none."""
    for anchor, find in FINDERS:
        found = find(text)
        if found is not None:
            return Extraction(found, anchor)
    return None


def gold(text: str) -> str | None:
    """The gold in its field: extracted where it is marked with a box or dollars, else taken whole."""
    if BOX.search(text):
        return _gold_boxes(text)
    if not mathematics.formulas(text) or _only_delimiters(text):
        return text.strip() or None
    found = answer(text)
    return found.text if found else None


def _gold_boxes(text: str) -> str | None:
    """Boxes that stand together. A gold does not hedge, so words between its boxes do not part them."""
    found = boxes(text)
    run = found[-1:]
    for earlier in reversed(found[:-1]):
        between = text[earlier[1] : run[0][0]]
        if len(between) > BOXES_APART or "\n" in between:
            break
        run.insert(0, earlier)
    return (
        _together([_unboxed(content.strip()) for _, _, content in run], _percent(text, run[-1][1]))
        if run
        else None
    )


def boxes(text: str) -> list[tuple[int, int, str]]:
    """Start, end and content of the closed outermost boxes, in order."""
    first = BOX.search(text)
    if first is None:
        return []
    closings = tidy.closings(text, first.start())
    found, position = [], 0
    for match in BOX.finditer(text, first.start()):
        end = closings.get(match.end() - 1)
        stray = STRAY.match(text, match.end()) if end is None else None
        if match.start() >= position and end is not None:
            found.append((match.start(), end + 1, text[match.end() : end]))
            position = end + 1
        elif match.start() >= position and stray is not None:
            found.append((match.start(), stray.end(), stray.group(1)))
            position = stray.end()
    return found


def _only_delimiters(text: str) -> bool:
    """Whether the dollars only wrap pieces of a text that is mathematics throughout."""
    return not PROSE.search(mathematics.without(text))


def _box(text: str) -> str | None:
    found = boxes(text)
    if not found:
        return None
    listed = [found[-1]]
    for earlier in reversed(found[:-1]):
        between = text[earlier[1] : listed[0][0]]
        if not _is_list(between):
            break
        listed.insert(0, earlier)
    return _together([_unboxed(content.strip()) for _, _, content in listed], _percent(text, listed[-1][1]))


def _together(contents: list[str], percent: str) -> str | None:
    """Boxes as one list; a box that repeats another adds nothing to it."""
    if len(contents) == 1:
        return contents[0] + percent or None
    distinct = {tidy.squeeze(tidy.tidy(content)): content for content in contents if content}
    return ", ".join(distinct.values()) + percent or None


def _is_list(between: str) -> bool:
    """Whether only punctuation, `and` or `or` stands between two pieces."""
    return len(between) <= BOXES_APART and not BETWEEN.sub("", between)


def _unboxed(content: str) -> str:
    nested = boxes(content)
    return nested[-1][2].strip() if nested else content


def _percent(text: str, end: int) -> str:
    """A percent sign that was left outside the box or the dollars."""
    after = text[end : end + 20].lstrip("$ ")
    return r"\%" if PERCENT_AFTER.match(after) else ""


def after_anchor(text: str) -> str | None:
    """The first line after the last anchor that anything follows."""
    rest = _after_anchor(text)
    return rest.splitlines()[0].strip() if rest else None


def _anchored(text: str) -> str | None:
    rest = _after_anchor(text)
    return _first(rest) if rest else None


def _after_anchor(text: str) -> str | None:
    end = _last_anchor(text)
    if end is None:
        return None
    rest = CLOSING_REMARK.sub("", text[end:]).strip()
    return None if BOX.search(rest) else rest or None


def _last_anchor(text: str) -> int | None:
    """Where the last anchor ends, looked for from the end, near which it nearly always stands."""
    first, end = max(0, len(text) - TAIL), None
    if (hashes := text.rfind(HASHES, first)) >= 0:
        first = end = hashes + len(HASHES)
    lowered = text[first:].lower()
    if len(lowered) != len(text) - first:  # a few letters grow, and places are shifted
        return max((anchor.end() for anchor in ANCHORS.finditer(text, first)), default=end)
    start = -1
    for beginning, pattern in BEGINNINGS:
        place = lowered.rfind(beginning, start + 1)
        while place > start:
            anchor = pattern.match(text, first + place)
            if anchor and (pattern is not LABEL or _begins_a_line(text, first + place)):
                start, end = place, anchor.end()
            place = lowered.rfind(beginning, start + 1, place)
    return end


def _begins_a_line(text: str, place: int) -> bool:
    return not text[text.rfind("\n", 0, place) + 1 : place].strip(" \t")


def _first(rest: str) -> str | None:
    """What follows an anchor: mathematics if it starts with it, else the sentence, else its last number."""
    sentence = SENTENCE_END.split(rest, 1)[0].strip()
    if tidy.PLAIN.fullmatch(sentence):
        return sentence
    maths = formulas(rest[: SHORT * 10])
    if maths and len(sentence) > maths[0].start:
        return _joined(rest, maths)
    if _words_around(sentence) >= WORDS:
        first = NUMBER.match(sentence)
        return first.group().strip() if first and first.group() else _last(NUMBER, sentence) or sentence
    return sentence or None


def _joined(text: str, maths: list[Formula]) -> str:
    """Mathematics, with further pieces of it as long as only commas and connectives lie between."""
    parts = [maths[0].content]
    last = maths[0]
    for following in maths[1:]:
        between = text[last.end : following.start]
        if not _is_list(between):
            break
        parts.append(following.content)
        last = following
    return ", ".join(parts) + _percent(text, last.end)


def _bare(text: str) -> str | None:
    """The whole text, where it is short and no sentence around an answer."""
    whole = text.strip()
    if not whole or len(whole) > SHORT or BOX.search(whole):
        return None
    around = _words_around(whole)
    if around >= WORDS and re.search(r"\d|\$|\\[(\[]", whole):
        return None
    return None if around and formulas(whole) else whole


def _words_around(text: str) -> int:
    """Words outside mathematics that are no connective, percent or LaTeX."""
    outside = re.sub(r"\\[a-zA-Z]+(?:\{[^{}]*\})?", " ", mathematics.without(text))
    return sum(word.lower() not in CONNECTIVES for word in re.findall(r"[a-zA-Z]{2,}", outside))


def _final(text: str) -> str | None:
    """The last mathematics, with the pieces listed before it, or the last number, whichever comes later."""
    text = text[-TAIL:]
    found = formulas(text)
    maths = [formula for formula in found if not BOX.search(formula.content)]
    number = last_number(mathematics.without(text, found))
    if maths and (number is None or number.start() < maths[-1].start):
        return _joined(text, _run(text, maths))
    return number.group().strip() if number and not BOX.search(text) else None


def last_number(text: str) -> re.Match[str] | None:
    """The last match of NUMBER, looked for from the end: its pattern is slow where nothing matches."""
    end = len(text)
    for _ in range(RUNS):
        digit = UP_TO_A_DIGIT.match(text, 0, end)
        if digit is None:
            return None
        before = UP_TO_NO_PART.match(text, 0, digit.end())
        start = before.end() if before else 0
        found = _last_match(NUMBER, text, start, len(text))
        if found is not None:
            return found
        end = start
    return _last_match(NUMBER, text, 0, len(text))


def _last_match(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text, start, end):  # noqa: B007 -- the last one
        pass
    return found


def _run(text: str, maths: list[Formula]) -> list[Formula]:
    run = maths[-1:]
    for earlier in reversed(maths[:-1]):
        if "\n" in (between := text[earlier.end : run[0].start]) or not _is_list(between):
            break
        run.insert(0, earlier)
    return run


def _last(pattern: re.Pattern[str], text: str) -> str | None:
    found = None
    for match in pattern.finditer(text):
        found = match.group().strip() or found
    return found


FINDERS = (
    ("box", _box),
    ("anchor", _anchored),
    ("whole", _bare),
    ("last", _final),
)
"""Anchors and how each finds its answer, strongest first."""
