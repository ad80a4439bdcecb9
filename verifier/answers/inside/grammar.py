"""Math-Verify's parser, spared the two looks ahead that cost most and say least. Imported in the jail alone.

Its grammar asks of every text, before it reads a token, whether it is a relation of sets, and of every
element whether it is a plus-minus, a set or an ordinary relation. ANTLR answers by simulating all of them to
the end of the text, and remembers the answer for this sequence of tokens only, so that each new text pays
anew. Most texts can be told by the tokens that they hold: without an operator of sets there is no relation of
sets, and without `\\pm` no plus-minus. The trees are the same.

A worker lives shortly, so that ANTLR's memory of one text rarely helps with the next.
"""

from __future__ import annotations

from typing import FrozenSet  # noqa: UP035 -- evaluated on Python 3.9

from antlr4 import CommonTokenStream, ParserRuleContext, Token
from antlr4.atn.ParserATNSimulator import ParserATNSimulator
from antlr4.atn.PredictionMode import PredictionMode
from antlr4.atn.Transition import RuleTransition
from latex2sympy2_extended import latex2sympy2
from latex2sympy2_extended.antlr_parser import PSParser
from latex2sympy2_extended.latex2sympy2 import latex2sympy

Types = FrozenSet[int]  # noqa: UP006 -- evaluated on Python 3.9


def _types(*names: str) -> Types:
    return frozenset(getattr(PSParser, name) for name in names)


OF_SETS = _types("IN", "NOTIN", "ASSIGNMENT", "UNION", "INTERSECTION", "SET_MINUS", "SUBSET", "SUPSET")
"""Without any of these, `math` is a list of elements. A set by itself is one, too."""
PLUS_MINUS = _types("PLUS_MINUS")
_BRACKETS = "PAREN", "PAREN_VISUAL", "GROUP", "BRACE", "BRACE_VISUAL", "BRACE_CMD", "BRACKET", "BRACK"
OPENING = _types(*(f"L_{name}" for name in _BRACKETS))
CLOSING = _types(*(f"R_{name}" for name in _BRACKETS))
"""Every rule closes as many as it opens, though an interval may close another kind."""


class _Foresight(ParserATNSimulator):  # type: ignore[misc]
    """ANTLR's prediction, asked only where tokens do not tell."""

    def __init__(self, *arguments: object) -> None:
        """See ANTLR."""
        super().__init__(*arguments)
        self._held: Types | None = None

    def adaptivePredict(  # noqa: N802 -- ANTLR's name
        self, stream: CommonTokenStream, decision: int, context: ParserRuleContext
    ) -> int:
        """The alternative to take. A fault of ours makes a text slow, and never unreadable."""
        try:
            foreseen = self._foreseen(stream, decision)
        except Exception:
            foreseen = None
        return foreseen or int(super().adaptivePredict(stream, decision, context))

    def _foreseen(self, stream: CommonTokenStream, decision: int) -> int | None:
        if decision == MATH and not self._holds(stream, OF_SETS):
            return _LIST
        if decision == ELEMENT and not self._holds(stream, PLUS_MINUS) and not _may_be_a_set(stream):
            return _RELATION
        return None

    def _holds(self, stream: CommonTokenStream, types: Types) -> bool:
        if self._held is None:
            stream.fill()
            self._held = frozenset(token.type for token in stream.tokens)
        return not self._held.isdisjoint(types)


def _may_be_a_set(stream: CommonTokenStream) -> bool:
    """Whether a set could begin here, and end where an element may end. The stream has been read whole."""
    kinds = (token.type for token in stream.tokens[stream.index :] if token.channel == stream.channel)
    first = next(kinds)
    if first not in OPENING:
        return first in _BEGINS_A_SET
    depth = 1
    for kind in kinds:
        depth += (kind in OPENING) - (kind in CLOSING)
        if not depth:
            return next(kinds) in _FOLLOWS_AN_ELEMENT
    return False


class Parser(PSParser):  # type: ignore[misc]
    """Looks ahead in the cheaper of ANTLR's two ways, unless told otherwise."""

    mode = PredictionMode.SLL

    def __init__(self, *arguments: object) -> None:
        """See ANTLR."""
        super().__init__(*arguments)
        self._interp = _Foresight(self, self.atn, self.decisionsToDFA, self.sharedContextCache)
        self._interp.predictionMode = self.mode


def parse(*arguments: object, **options: object) -> object:
    """Parse the cheap way, which by ANTLR's promise finds the same tree or an error; then the other way."""
    latex2sympy2.PSParser = Parser
    try:
        return latex2sympy(*arguments, **options)
    except Exception:
        Parser.mode = PredictionMode.LL
        try:
            return latex2sympy(*arguments, **options)
        finally:
            Parser.mode = PredictionMode.SLL


def _decision(rule: int) -> int:
    """The number of the first choice that a rule makes."""
    return next(i for i, state in enumerate(PSParser.atn.decisionToState) if state.ruleIndex == rule)


def _alternative(decision: int, rule: int) -> int:
    """Which alternative of a choice begins with a rule, from 1."""
    for number, way in enumerate(PSParser.atn.decisionToState[decision].transitions, 1):
        step = way.target.transitions[0]
        if isinstance(step, RuleTransition) and step.target.ruleIndex == rule:
            return number
    raise LookupError(f"no alternative of {decision} begins with {PSParser.ruleNames[rule]}")


def _first(rule: int) -> Types:
    return frozenset(PSParser.atn.nextTokens(PSParser.atn.ruleToStartState[rule]))


def _follow(rule: int, seen: set[int] | None = None) -> Types:
    """Tokens that may come after a rule, wherever it is used."""
    seen = {rule} if seen is None else seen | {rule}
    following: set[int] = set()
    for way in PSParser.atn.ruleToStopState[rule].transitions:
        tokens = set(PSParser.atn.nextTokens(way.target))
        following |= tokens
        if Token.EPSILON in tokens and way.target.ruleIndex not in seen:
            following |= _follow(way.target.ruleIndex, seen)
    return frozenset(following)


MATH, ELEMENT = _decision(PSParser.RULE_math), _decision(PSParser.RULE_element)
_LIST = _alternative(MATH, PSParser.RULE_set_elements)
_RELATION = _alternative(ELEMENT, PSParser.RULE_relation)
_BEGINS_A_SET = _first(PSParser.RULE_set_atom)
_FOLLOWS_AN_ELEMENT = _follow(PSParser.RULE_element) | {Token.EOF}
