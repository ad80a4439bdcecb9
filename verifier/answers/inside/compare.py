"""Shape against shape, by the type of the gold; three-valued, so that nobody guesses.

What brackets say about order is kept: a tuple is no set, a repeated element counts, a chain whose sides
disagree means nothing. Scalars are compared by the caller's `Compare`; forms not known here by its `whole`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Sequence  # noqa: UP035 -- evaluated on Python 3.9

from verifier.answers.inside import logic, numeral, qualifiers, reading, scalar, shape, tidy, words
from verifier.answers.inside.shape import (
    Chain,
    Equation,
    Group,
    Kind,
    Named,
    Opaque,
    Pattern,
    Pieces,
    Scalar,
    Shape,
    Span,
    Words,
)

COORDINATES = frozenset("xyz")
MATCHING = 40
"""Elements of unordered groups that are matched one by one; the work grows with the square."""
DECIMAL_COMMA = re.compile(r"(?<=^\d),(?=\d\d$)|(?<=^\d\d),(?=\d\d$)")
"""A comma in a number that cannot be a thousands separator; 2,3 is two numbers."""


@dataclass(frozen=True)
class Comparing:
    """How scalars and unknown forms are compared."""

    same: scalar.Compare
    whole: scalar.Compare
    near: scalar.Compare
    """Whether a number is what an exact value is approximately."""


def equal(gold: str, answer: str, by: Comparing) -> bool | None:
    """Whether two tidy texts mean the same, the first being the gold."""
    gold, answer = qualifiers.settle(gold, answer)
    truth = _equal(reading.read(gold), reading.read(answer), by)
    if truth is not False:
        return truth if truth else _undecided(gold, answer, by)
    return logic.some(_equal(g, a, by) for g, a in _other_readings(gold, answer))


def _undecided(gold: str, answer: str, by: Comparing) -> bool | None:
    return by.whole(gold, answer)


def _other_readings(gold: str, answer: str) -> list[tuple[Shape, Shape]]:
    """`1,234` is one number, or two where the other side lists two; `1,22` may be a decimal."""
    pairs: list[tuple[Shape | None, Shape | None]] = [
        (Scalar(DECIMAL_COMMA.sub(".", gold)), Scalar(DECIMAL_COMMA.sub(".", answer)))
        for one, other in ((gold, answer), (answer, gold))
        if DECIMAL_COMMA.search(one) and numeral.read(other)
    ]
    if reading.listed(gold):
        pairs.append((reading.listed(gold), reading.read(answer)))
    if reading.listed(answer):
        pairs.append((reading.read(gold), reading.listed(answer)))
    return [(g, a) for g, a in pairs if g and a]


def _equal(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    """The first form that either side has decides how the two are compared."""
    for form, rule in RULES:
        if isinstance(gold, form) or isinstance(answer, form):
            return rule(gold, answer, by)
    return None


def _patterns(gold: Shape, answer: Shape, _by: Comparing) -> bool | None:
    return isinstance(answer, Pattern) and isinstance(gold, Pattern) and _alike(gold.text, answer.text)


def _opaque(_gold: Shape, _answer: Shape, _by: Comparing) -> None:
    """Left to `whole`."""


def _scalars(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    if isinstance(gold, Scalar) and isinstance(answer, Scalar):
        return scalar.equal(gold.text, answer.text, by.same)
    return None


def _alike(gold: str, answer: str) -> bool:
    return tidy.squeeze(gold) == tidy.squeeze(answer)


def _chains(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    """Of a gold the first side counts. Of an answer all sides have to agree: `17 = 42` is none."""
    if isinstance(gold, Chain):
        return _equal(gold.values[0], answer, by)
    if not isinstance(answer, Chain):
        return None
    first = answer.values[0]
    exact = [_equal(first, other, by) for other in answer.values[1:]]
    agree = logic.every([*exact, *(_near(first, other, by) for other in answer.near)])
    return _equal(gold, first, by) if agree else agree


def _near(exact: Shape, approximate: Shape, by: Comparing) -> bool | None:
    if isinstance(exact, Scalar) and isinstance(approximate, Scalar) and numeral.read(approximate.text):
        return by.near(exact.text, approximate.text)
    return _equal(exact, approximate, by)


def _equations(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    """`a + b = 5` states 5. An equation that states zero states nothing; two equations are compared whole."""
    if isinstance(gold, Equation):
        return False if _is_number(answer) else None
    if not isinstance(answer, Equation):
        return None
    if isinstance(answer.right, Scalar) and answer.right.text == "0":
        return None
    return _equal(gold, answer.right, by)


def _named(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    if isinstance(gold, Named) and isinstance(answer, Named):
        renamed = _compatible(gold.label, answer)
        if renamed is not None:
            return _equal(gold.value, renamed, by)
        return False if _are_symbols(gold.label, answer.label) and not _crossed(gold, answer) else None
    truth = _equal(shape.unnamed(gold), shape.unnamed(answer), by)
    return None if truth is False and isinstance(answer, Equation) else truth


def _crossed(gold: Named, answer: Named) -> bool:
    """Whether each value is written in the other's name: y = x/2 and x = 2y are one equation."""
    values = gold.value, answer.value
    return all(
        isinstance(value, Scalar) and other.label in qualifiers.letters(value.text)
        for value, other in zip(values, (answer, gold))  # noqa: B905 -- pairs
    )


def _are_symbols(*labels: str) -> bool:
    return all(reading.SYMBOL.fullmatch(label) for label in labels)


def _compatible(label: str, answer: Named) -> Shape | None:
    """The answer's value in the gold's names; None where it is the value of something else."""
    if _alike(label, answer.label) or words.read(label) or words.read(answer.label):
        return answer.value
    gold, other = reading.FUNCTION.fullmatch(label), reading.FUNCTION.fullmatch(answer.label)
    if gold and other:
        return _bound(gold, other, answer.value)
    if gold or other:
        return answer.value  # y = 2x for f(x) = 2x
    if label.startswith("(") and answer.label.startswith("("):
        return answer.value
    return answer.value if _differ_by_an_index(label, answer.label) else None


def _differ_by_an_index(*labels: str) -> bool:
    """`x` for x_1."""
    names, indices = zip(*(label.replace(" ", "").partition("_")[::2] for label in labels))  # noqa: B905 -- pairs
    return len(set(names)) == 1 and list(indices).count("") == 1


def _bound(gold: re.Match[str], answer: re.Match[str], value: Shape) -> Shape | None:
    """A function may name its argument as it likes: f(n) = n is f(x) = x."""
    if gold.group("name") != answer.group("name"):
        return None
    names = [[a.strip() for a in match.group("arguments").split(",")] for match in (gold, answer)]
    if names[0] == names[1]:
        return value
    if not isinstance(value, Scalar) or len(names[0]) != 1 or len(names[1]) != 1:
        return None
    return _rename(value, names[1][0], names[0][0])


def _rename(value: Scalar, old: str, new: str) -> Shape | None:
    if new in qualifiers.letters(value.text) or r"\text" in value.text:
        return None
    return Scalar(qualifiers.rename(value.text, old, new))


def _words(gold: Shape, answer: Shape, _by: Comparing) -> bool | None:
    if isinstance(gold, Words) and isinstance(answer, Words):
        return gold.text == answer.text
    if isinstance(gold, Words) and isinstance(answer, Scalar):
        return gold.text == answer.text.casefold() or None
    if isinstance(gold, Scalar) and isinstance(answer, Words):
        return gold.text.casefold() == answer.text or None
    return False


def _ranges(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    left, right = shape.as_span(gold), shape.as_span(answer)
    if isinstance(left, Span) and isinstance(right, Span):
        return _spans(left, right, by)
    if isinstance(left, Pieces) and isinstance(right, Pieces):
        return True if _matched(left.parts, right.parts, by) else None
    if _is_finite(left) or _is_finite(right):
        return False
    if isinstance(left, (Scalar, Words)) or isinstance(right, (Scalar, Words)):
        return False if _is_number(left) or _is_number(right) else None
    return None


def _is_finite(value: Shape) -> bool:
    """Whether it is a set or list of single values, which is no range."""
    return (
        isinstance(value, Group)
        and value.kind in {Kind.SET, Kind.LIST}
        and all(isinstance(shape.unnamed(item), Scalar) for item in value.items)
    )


def _is_number(value: Shape) -> bool:
    return isinstance(value, Scalar) and numeral.read(value.text) is not None


def _spans(gold: Span, answer: Span, by: Comparing) -> bool | None:
    if (gold.low_open, gold.high_open) != (answer.low_open, answer.high_open):
        return False
    return logic.every(_ends(g, a, by) for g, a in ((gold.low, answer.low), (gold.high, answer.high)))


def _ends(gold: str | None, answer: str | None, by: Comparing) -> bool | None:
    if gold is None or answer is None:
        return gold is answer
    return scalar.equal(gold, answer, by.same)


def _groups(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    if not isinstance(gold, Group) or not isinstance(answer, Group):
        return _group_and_single(gold, answer, by)
    if len(gold.items) != len(answer.items):
        return False
    kinds = {gold.kind, answer.kind}
    if kinds == {Kind.TUPLE, Kind.BRACKET} and len(gold.items) == 2 and not _holds_groups(gold):
        return None
    if kinds <= {Kind.LIST, Kind.SET}:
        return _unordered(gold, answer, by)
    if Kind.SET in kinds:
        return False
    aligned = _aligned(gold.items, answer.items)
    return _ordered(gold.items, aligned, by) if aligned else False


def _aligned(gold: Sequence[Shape], answer: Sequence[Shape]) -> Sequence[Shape]:
    """The answer's elements in the order of the gold's names; none where the names do not fit.

    Without names in the gold, coordinates go by the alphabet, and other elements as they stand.
    """
    known, named = _labels(gold), _labels(answer)
    by_name = dict(zip(named, answer))  # noqa: B905 -- as many, or none
    if known and set(known) == set(named):
        return [by_name[label] for label in known]
    if set(known) & set(named):
        return ()
    if not known and named and set(named) <= COORDINATES:
        return [by_name[label] for label in sorted(named)]
    return answer


def _labels(items: Sequence[Shape]) -> list[str]:
    """The names of elements that are all named, each by its own; none otherwise."""
    labels = [item.label for item in items if isinstance(item, Named)]
    return labels if len(set(labels)) == len(items) else []


def _holds_groups(group: Group) -> bool:
    return any(isinstance(item, Group) for item in group.items)


def _group_and_single(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    """A group of one is its element; any other group is no single value."""
    group, single = (gold, answer) if isinstance(gold, Group) else (answer, gold)
    if not isinstance(group, Group) or isinstance(single, (Opaque, Equation)):
        return None
    if len(group.items) == 1 and group.kind in {Kind.SET, Kind.LIST}:
        one = group.items[0]
        return _equal(one, single, by) if group is gold else _equal(single, one, by)
    return False if isinstance(single, Scalar) and _is_plain(single) else None


def _is_plain(value: Scalar) -> bool:
    return "\\begin" not in value.text and r"\cap" not in value.text and r"\setminus" not in value.text


def _ordered(gold: Sequence[Shape], answer: Sequence[Shape], by: Comparing) -> bool | None:
    return logic.every(map(lambda g, a: _elements(shape.unnamed(g), shape.unnamed(a), by), gold, answer))


def _elements(gold: Shape, answer: Shape, by: Comparing) -> bool | None:
    """As elements of a collection, where a set of one is not its element."""
    if _is_set(gold) != _is_set(answer):
        return False
    return _equal(gold, answer, by)


def _is_set(value: Shape) -> bool:
    return isinstance(value, Group) and value.kind is Kind.SET


def _unordered(gold: Group, answer: Group, by: Comparing) -> bool | None:
    """Order is free, except where the gold names its values and the answer does not."""
    answered = any(isinstance(item, Named) for item in answer.items)
    if len(_labels(gold.items)) > 1 and not answered:
        return _ordered(gold.items, answer.items, by)
    if gold.kind is Kind.SET and _are_variables(_labels(answer.items)):
        return False  # x = 1, y = 2 is one pair, not two elements
    return _matched(gold.items, answer.items, by)


def _are_variables(labels: Sequence[str]) -> bool:
    """Names of different things: a, b and not x_1, x_2."""
    return len({label.partition("_")[0].strip() for label in labels if reading.SYMBOL.fullmatch(label)}) > 1


def _matched(gold: Sequence[Shape], answer: Sequence[Shape], by: Comparing) -> bool | None:
    """Every element of the gold finds one of its own in the answer; equality is taken to be transitive."""
    if len(gold) != len(answer):
        return False
    if len(gold) > MATCHING:
        return _ordered(gold, answer, by) or None
    rest, undecided = list(answer), False
    for element in gold:
        truths = [_elements(element, other, by) for other in rest]
        if True in truths:
            del rest[truths.index(True)]
        elif None in truths:
            undecided = True
        else:
            return False
    return None if undecided else True


RULES = (
    (Chain, _chains),
    (Named, _named),
    (Pattern, _patterns),
    (Opaque, _opaque),
    (Equation, _equations),
    (Words, _words),
    ((Span, Pieces), _ranges),
    (Group, _groups),
    (Scalar, _scalars),
)
"""Forms and how they are compared, outermost first."""
