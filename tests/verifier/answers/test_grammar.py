"""The parser that looks ahead less finds what Math-Verify's own finds."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import sympy
from latex2sympy2_extended import latex2sympy2
from latex2sympy2_extended.antlr_parser import PSParser

from tests.verifier.answers.tables import cases
from verifier.answers.inside import grammar, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

PIECES = (
    "2", "x", "-x", r"\pi", r"\frac{1}{2}", r"\sqrt[3]{x}", "x_1^2", r"\sin x", r"\log_2 (x)", "n!", "f(x)",
    "(x+1)", "{x}", "[x]", r"\{x\}", r"\{1,2\}", "(1,2]", "[1;2]", "((x))", "(x)(y)", "|x|", "(1,2),(3,4)",
    r"\pm 1", r"(x \pm 1)", r"\mathbb{R}", r"\emptyset", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(x", "x)",
)  # fmt: skip
JOINTS = ("+", "-", r" \cdot ", "/", "^", ",", "=", "<", r" \in ", r" \cup ", r" \setminus ", r" \pm ", " ")
AROUND = ("%s", "%s", "(%s)", "{%s}", r"\{%s\}", "[%s)", r"\left(%s\right)^2", r"\frac{%s}{2}", "-%s")
COMPOSED = 150


def composed() -> list[str]:
    """Pieces in brackets that may be a set, an interval, a factor or nothing at all."""
    chance = random.Random(8)
    texts = []
    for _ in range(COMPOSED):
        pieces = chance.choices(PIECES, k=chance.choice((1, 2, 2, 3)))
        joints = chance.choices(JOINTS, k=len(pieces) - 1)
        inside = "".join(itertools.chain(*itertools.zip_longest(pieces, joints, fillvalue="")))
        texts.append(chance.choice(AROUND) % inside)
    return texts


def tree(parse: Callable[..., object], text: str) -> str | None:
    """What a parser makes of a text."""
    try:
        return str(sympy.srepr(parse(text)))
    except Exception:  # noqa: BLE001 - parsers fail in many ways; that both fail is enough
        return None


def test_every_tree_is_the_one_that_a_full_look_ahead_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    golds = {tidy.tidy(row["gold"]) for row in cases("symbolic") if len(row["gold"]) < 100}
    texts = sorted({*composed(), *PIECES, *golds})
    found = {text: tree(grammar.parse, text) for text in texts}

    monkeypatch.setattr(latex2sympy2, "PSParser", PSParser)
    expected = {text: tree(latex2sympy2.latex2sympy, text) for text in texts}

    assert [text for text in texts if found[text] != expected[text]] == []
    assert sum(each is not None for each in expected.values()) > len(texts) / 2


def test_looking_ahead_is_left_to_the_parser_only_where_tokens_do_not_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    predict = grammar.ParserATNSimulator.adaptivePredict

    def counted(self: object, stream: object, decision: int, context: object) -> int:
        asked.append(decision)
        return int(predict(self, stream, decision, context))

    monkeypatch.setattr(grammar.ParserATNSimulator, "adaptivePredict", counted)
    costly = {grammar.MATH, grammar.ELEMENT}

    grammar.parse(r"(x+1)^2 + \frac{1}{x}")
    assert costly.isdisjoint(asked)
    grammar.parse(r"(1,2) \cup (3,4)")
    assert costly & set(asked)


def test_a_fault_in_what_is_spared_makes_no_text_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    text = r"(x+1)^2 + \frac{1}{x}"
    expected = grammar.parse(text)

    def fails(*_: object) -> bool:
        raise LookupError

    monkeypatch.setattr(grammar, "_may_be_a_set", fails)

    assert grammar.parse(text) == expected
