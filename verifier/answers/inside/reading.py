"""From a tidy text to its shape: the text is cut at its top level, and scalars stay text.

It decides nothing: comparing shapes is `compare`'s work, comparing scalars `scalar`'s. What has no form known
here becomes `Opaque`, and is compared as a whole by the algebra system.
"""

from __future__ import annotations

import re
from typing import Callable  # noqa: UP035 -- evaluated on Python 3.9

from verifier.answers.inside import brackets, numeral, scalar, words
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
    as_span,
    end,
    span,
    unnamed,
)

ELEMENTS = 200
"""More elements than any gold has; longer texts are compared as a whole."""
NESTING = 20
"""Forms within forms; more is no answer."""
INEQUALITIES = frozenset({"<", ">", r"\le", r"\ge"})
EQUALITIES = frozenset({"=", r"\approx"})
OTHER_RELATIONS = frozenset({r"\ne", r"\equiv", r"\to", r"\Rightarrow", r"\implies", r"\iff"})
LISTING = frozenset({",", "and", "or"})
EMPTY = frozenset({r"\emptyset"})
BUILDER = frozenset({"|", r"\mid", ":"})
GREEK = (
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|mu|nu|xi|rho|sigma"
    r"|tau|upsilon|phi|varphi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Sigma|Phi|Psi|Omega|ell)"
)
NAME = rf"(?:[A-Za-z]'*|{GREEK})(?: ?_ ?(?:\w|\{{[^{{}}]{{0,30}}\}}))?'*"
SYMBOL = re.compile(NAME)
LETTERS = re.compile(rf"(?:\\angle ?|\\triangle ?|\|)?(?:{NAME} ?){{1,4}}\|?")
FUNCTION = re.compile(rf"(?P<name>{NAME}) ?\( ?(?P<arguments>{NAME}(?: ?, ?{NAME})*) ?\)")
CONSTANTS = {"e", "i", r"\pi"}
MATRIX = re.compile(
    r"\\begin\{(?:[pbB]|small)?(?:matrix|array)\}(?:\{[lcr| ]*\})?(?P<rows>.*)"
    r"\\end\{(?:[pbB]|small)?(?:matrix|array)\}",
    re.DOTALL,
)
"""Determinants (vmatrix) are numbers."""
CASES = re.compile(r"\\begin\{(?:cases|aligned)\}(?P<rows>[^&]*)\\end\{(?:cases|aligned)\}", re.DOTALL)
ROW_SPACE = re.compile(r"^\[ ?[0-9.]{1,6} ?(?:pt|em|ex|mm|cm) ?\]")
ABSOLUTE = re.compile(rf"\| ?(?P<name>{NAME}) ?\|")
PLUS_MINUS = re.compile(r"\\(pm|mp)(?![a-zA-Z])")
VERBATIM = re.compile(r"\\(?:ldots|forall|exists)(?![a-zA-Z])")
"""What no algebra system reads: sequences that go on, and statements about all or some values."""


def read(text: str, level: int = 0) -> Shape:
    """The shape of a tidy text."""
    text = text.strip(" .") if not text.lstrip().startswith(".") else text.strip()
    if level > NESTING:
        return Opaque(text)
    if numeral.read(scalar.core(text) or text) is not None:
        return Scalar(text)  # 1,250 dollars is no list
    if VERBATIM.search(text):
        return Pattern(text)
    for reader in READERS:
        shape = reader(text, level + 1)
        if shape is not None:
            return shape
    return Scalar(text)


def listed(text: str) -> Shape | None:
    """The other reading of `1,234`: two numbers. None where the text has no such reading."""
    parts, _ = brackets.split(text, frozenset(","))
    if len(parts) < 2 or numeral.read(text) is None:
        return None
    return Group(Kind.LIST, tuple(Scalar(part) for part in parts))


def is_name(text: str) -> bool:
    """Whether a left side only names what stands on the right."""
    if text in CONSTANTS:
        return False
    if SYMBOL.fullmatch(text) or FUNCTION.fullmatch(text) or LETTERS.fullmatch(text) or words.read(text):
        return True
    ratio, found = brackets.split(text, frozenset(":"))
    if found:
        return all(map(LETTERS.fullmatch, ratio))
    inside = brackets.enclosed(text)
    if inside is None or inside[0] != "(":
        return False
    parts, _ = brackets.split(inside[1], frozenset(","))
    return len(parts) > 1 and all(SYMBOL.fullmatch(p) or FUNCTION.fullmatch(p) for p in parts)


def _words(text: str, _level: int) -> Shape | None:
    folded = words.read(text)
    return Words(folded) if folded else None


def _rows(text: str, level: int) -> Shape | None:
    """Assignments in groups: p=5,q=2; p=7,q=2."""
    parts, found = brackets.split(text, frozenset(";"))
    if not found:
        return None
    items = [read(part, level) for part in parts if part]
    return _group(Kind.LIST, [_as_tuple(item) for item in items])


def _as_tuple(shape: Shape) -> Shape:
    if isinstance(shape, Group) and shape.kind is Kind.LIST:
        return Group(Kind.TUPLE, tuple(unnamed(item) for item in shape.items))
    return shape


def _list(text: str, level: int) -> Shape | None:
    parts, found = brackets.split(text, LISTING)
    parts = [part for part in parts if part]
    if not found:
        return None
    if len(parts) == 1:
        return read(parts[0], level)
    if len(parts) > ELEMENTS:
        return Opaque(text)
    items = [read(part, level) for part in parts]
    if "or" in found and "and" not in found and "," not in found:
        return _alternatives(items) or _group(Kind.LIST, items)
    return _group(Kind.LIST, items)


def _alternatives(items: list[Shape]) -> Shape | None:
    """Ranges joined by `or`, with single values between them, are a union."""
    labels = {item.label for item in items if isinstance(item, Named)}
    values = [unnamed(item) for item in items]
    if len(labels) > 1 or not any(isinstance(value, Span) for value in values):
        return None
    union = Pieces(tuple(v if isinstance(v, Span) else Group(Kind.SET, (v,)) for v in values))
    return Named(labels.pop(), union) if labels else union


def _group(kind: Kind, items: list[Shape]) -> Shape:
    flat: list[Shape] = []
    for item in items:
        inner = unnamed(item)
        if isinstance(inner, Group) and inner.kind is Kind.LIST:
            label = item.label if isinstance(item, Named) else None
            flat.extend(inner.items if label is None else [Named(label, each) for each in inner.items])
        else:
            flat.append(item)
    return Group(kind, tuple(flat))


def _labelled(text: str, level: int) -> Shape | None:
    """`Paolo: 18`, where the label is words; `3:2` is no label."""
    parts, found = brackets.split(text, frozenset(":"))
    if len(found) != 1 or not words.read(parts[0]) or not parts[1]:
        return None
    return Named(parts[0], read(parts[1], level))


def _typed(text: str, _level: int) -> Shape | None:
    """A class of integers is one value, although it is written with a relation."""
    return Scalar(text) if r"\equiv" in text and scalar.is_typed(text) else None


def _member(text: str, level: int) -> Shape | None:
    parts, found = brackets.split(text, frozenset({r"\in"}))
    if len(found) != 1 or not is_name(parts[0]):
        return None
    return Named(parts[0], read(parts[1], level))


def _relation(text: str, level: int) -> Shape | None:
    parts, found = brackets.split(text, INEQUALITIES | EQUALITIES | OTHER_RELATIONS)
    if not found:
        return None
    if found == [r"\approx"] and not parts[0]:
        return read(parts[1], level)
    if not all(parts):
        return Opaque(text)
    kinds = set(found)
    if kinds <= EQUALITIES:
        return _equality(text, parts, found, level)
    if kinds <= INEQUALITIES:
        return _inequality(parts, found) or Opaque(text)
    return Opaque(text)


def _equality(text: str, parts: list[str], found: list[str], level: int) -> Shape:
    values = [read(part, level) for part in parts]
    if is_name(parts[0]):
        return _named(parts[0], _chain(values[1:], found[1:]))
    if found == ["="] and is_name(parts[1]):
        return _named(parts[1], values[0])
    if found[0] == "=" and _has_variables(parts[0]):
        return Equation(text, _chain(values[1:], found[1:]))
    return _chain(values, found)


def _chain(values: list[Shape], links: list[str]) -> Shape:
    if len(values) == 1:
        return values[0]
    near = tuple(value for value, link in zip(values[1:], links) if link != "=")  # noqa: B905 -- as many
    exact = tuple(value for value, link in zip(values[1:], links) if link == "=")  # noqa: B905 -- as many
    return Chain((values[0], *exact), near)


def _named(label: str, value: Shape) -> Shape:
    """`(x, y) = (1, 2)` names each component."""
    names = _components(label)
    if isinstance(value, Group) and value.kind is Kind.TUPLE and len(names) == len(value.items):
        return Group(Kind.TUPLE, tuple(map(Named, names, value.items)))
    return Named(label, value)


def _components(label: str) -> list[str]:
    inside = brackets.enclosed(label)
    return brackets.split(inside[1], frozenset(","))[0] if inside and inside[0] == "(" else []


def _has_variables(text: str) -> bool:
    letters = re.sub(r"\\[a-zA-Z]+", " ", re.sub(GREEK, " x ", text))
    return bool(re.search(r"[A-Za-z]", letters))


def _inequality(parts: list[str], found: list[str]) -> Shape | None:
    """`a < x <= b`, `x > a` and their mirror images."""
    rising = all(op in {"<", r"\le"} for op in found)
    if not rising:
        if any(op in {"<", r"\le"} for op in found):
            return None
        parts, found = parts[::-1], [{">": "<", r"\ge": r"\le"}[op] for op in found[::-1]]
    opens = [op == "<" for op in found]
    if len(parts) > 3 and all(op == "<" for op in found) and all(map(is_name, parts)):
        return Group(Kind.TUPLE, tuple(map(Scalar, parts)))  # an order of names, smallest first
    if len(parts) == 3 and is_name(parts[1]):
        return Named(parts[1], Span(end(parts[0]), end(parts[2]), opens[0], opens[1]))
    if len(parts) == 2 and is_name(parts[0]) and not is_name(parts[1]):
        return Named(parts[0], Span(None, end(parts[1]), low_open=True, high_open=opens[0]))
    if len(parts) == 2 and is_name(parts[1]) and not is_name(parts[0]):
        return Named(parts[1], Span(end(parts[0]), None, low_open=opens[0], high_open=True))
    return None


def _absolute(text: str, _level: int) -> Shape | None:
    """`|x| < a` is the range from -a to a."""
    parts, found = brackets.split(text, INEQUALITIES)
    match = ABSOLUTE.fullmatch(parts[0])
    if match is None or found not in (["<"], [r"\le"]) or is_name(parts[1]):
        return None
    is_open = found == ["<"]
    return Named(match.group("name"), Span(f"-({parts[1]})", parts[1], is_open, is_open))


def _union(text: str, level: int) -> Shape | None:
    parts, found = brackets.split(text, frozenset({r"\cup"}))
    if not found:
        return None
    pieces = [as_span(read(part, level)) for part in parts]
    if all(isinstance(p, Span) or (isinstance(p, Group) and p.kind is Kind.SET) for p in pieces):
        return Pieces(tuple(pieces))
    return Opaque(text)


def _bracketed(text: str, level: int) -> Shape | None:
    held = brackets.enclosed(text)
    if held is None:
        return None
    opening, inside, closing = held
    parts, found = brackets.split(inside, frozenset({",", ";"}))
    if opening == r"\{":
        return _set(inside, parts, level)
    if opening + closing in {"(]", "[)"} and len(parts) == 2:
        return span(*parts, low_open=opening == "(", high_open=closing == ")")
    if opening + closing in {"()", "[]"} and (not found or MATRIX.fullmatch(inside)):
        return read(inside, level) if opening == "(" or MATRIX.fullmatch(inside) else None
    if opening + closing not in {"()", "[]"} or len(parts) > ELEMENTS or not all(parts):
        return None if opening.startswith("\\l") else Opaque(text)
    kind = Kind.TUPLE if opening == "(" else Kind.BRACKET
    return _infinite(Group(kind, tuple(read(part, level) for part in parts)))


def _infinite(group: Group) -> Shape:
    """A pair with an infinite end is an interval and nothing else."""
    span = as_span(group)
    return span if isinstance(span, Span) and None in {span.low, span.high} else group


def _set(inside: str, parts: list[str], level: int) -> Shape:
    if not inside:
        return Group(Kind.SET, ())
    builder, found = brackets.split(inside, BUILDER)
    if len(found) == 1 and is_name(builder[0].split(r"\in")[0].strip()):
        return read(builder[1], level)
    if len(parts) > ELEMENTS or not all(parts):
        return Opaque(inside)
    return _group(Kind.SET, [read(part, level) for part in parts])


def _matrix(text: str, level: int) -> Shape | None:
    cases = CASES.fullmatch(text)
    if cases:
        return _group(Kind.LIST, [read(row, level) for row in _cut(cases.group("rows"))])
    if text in EMPTY:
        return Group(Kind.SET, ())
    match = MATRIX.fullmatch(text)
    if match is None or r"\begin" in match.group("rows"):
        return None
    rows = _cut(match.group("rows"))
    cells = [[read(cell, level) for cell in row.split("&")] for row in rows]
    if sum(map(len, cells)) > ELEMENTS:
        return Opaque(text)
    if len(cells) == 1 or all(len(row) == 1 for row in cells):
        return Group(Kind.VECTOR, tuple(cell for row in cells for cell in row))
    return Group(Kind.BRACKET, tuple(Group(Kind.BRACKET, tuple(row)) for row in cells))


def _cut(rows: str) -> list[str]:
    """The rows of an environment, without lines and the space between them."""
    cut = [ROW_SPACE.sub("", row.strip()).strip().rstrip(",") for row in rows.split(r"\\")]
    return [row.removesuffix(r"\hline") for row in cut if row]


def _plus_minus(text: str, level: int) -> Shape | None:
    """`1 \\pm 2` is two values; the upper signs go together, and so do the lower ones."""
    if not PLUS_MINUS.search(text):
        return None
    upper = PLUS_MINUS.sub(lambda m: "+" if m.group(1) == "pm" else "-", text)
    lower = PLUS_MINUS.sub(lambda m: "-" if m.group(1) == "pm" else "+", text)
    return _group(Kind.LIST, [read(upper.lstrip(" +"), level), read(lower, level)])


READERS: tuple[Callable[[str, int], Shape | None], ...] = (
    _words, _rows, _list, _labelled, _member, _typed, _absolute, _relation, _union, _matrix, _bracketed,
    _plus_minus,
)  # fmt: skip
"""Readers, outermost form first. The first that knows the text wins."""
