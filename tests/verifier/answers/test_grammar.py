"""The parser that looks ahead less finds what Math-Verify's own finds."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest
import sympy
from latex2sympy2_extended import latex2sympy2
from latex2sympy2_extended.antlr_parser import PSParser

from tests.verifier.answers.tables import cases
from verifier.answers.inside import grammar, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

PIECES = (
    "2", "x", "-x", r"\pi", r"\frac{1}{2}", r"\sqrt[3]{x}", "x_1^2", r"\sin x", r"\log_2 (x)", "n!", "f(x)",
    "(x+1)", "{x}", "[x]", r"\{x\}", r"\{1,2\}", "(1,2]", "[1;2]", "((x))", "(x)(y)", "|x|", "(1,2),(3,4)",
    r"\pm 1", r"(x \pm 1)", r"\mathbb{R}", r"\emptyset", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(x", "x)",
    "x^2", "x^{n+1}", "a_1", "a_{ij}^2", "x_y^2", "x^y_1", "x^2_1", "x^a^b", "n^2!", "(x)^y^2", "e^{x_1}",
    "x^-1", "f^{-1}(x)", "f_1(x)", "x^2(y+1)", "x^T", "x'", "2x y", "x|y|", r"\sqrt{a^2b^2}", r"30^{\circ}",
    r"\alpha_1^\beta", r"\vec{a}_1^2", r"\log_b^2 x", r"\sin^2 x \cos x", r"\int_a^b x dx", r"\binom{n}{k}^2",
    r"\sum_{k=1}^n k x", r"\lim_{x\to 0} x y", r"\frac{d}{dx} x^2", r"\lfloor x \rfloor^2",
    r"\begin{vmatrix}a&b\\c&d\end{vmatrix}",
)  # fmt: skip
JOINTS = ("+", "-", r" \cdot ", "/", "^", ",", "=", "<", r" \in ", r" \cup ", r" \setminus ", r" \pm ", " ")
AROUND = ("%s", "%s", "(%s)", "{%s}", r"\{%s\}", "[%s)", r"\left(%s\right)^2", r"\frac{%s}{2}", "-%s")
COMPOSED = 300


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
    told = {grammar.FACTOR, grammar.SCRIPTS}

    grammar.parse(r"(x+1)^2 + \frac{1}{x_1^2} - 2xy_n")
    assert (costly | told).isdisjoint(asked)
    grammar.parse(r"(1,2) \cup (3,4)")
    assert costly & set(asked)
    grammar.parse("f(x) + x^y_1")
    assert told <= set(asked)


@pytest.mark.parametrize("text", ["x^2 - 2x + 2", r"\sqrt{a^2b^2 + c^{2}}", r"\frac{a_1 + a_2}{n^2}"])
def test_scripts_do_not_have_a_text_parsed_twice(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = grammar.latex2sympy

    def counted(text: str) -> object:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(grammar, "latex2sympy", counted)

    grammar.parse(text)
    assert parsed == [text]


def test_a_fault_in_what_is_spared_makes_no_text_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    text = r"(x+1)^2 + \frac{1}{x}"
    expected = grammar.parse(text)

    def fails(*_: object) -> bool:
        raise LookupError

    monkeypatch.setattr(grammar, "_may_be_a_set", fails)

    assert grammar.parse(text) == expected
