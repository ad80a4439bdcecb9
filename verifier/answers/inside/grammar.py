"""Math-Verify's parser, spared the looks ahead that say nothing new. Imported in the jail alone.

Where its grammar has a choice, ANTLR simulates all alternatives over the tokens to come, and remembers the
outcome for this sequence of tokens. A worker lives shortly, and most texts are new to it. But most choices
can be told without that, and the trees are the same:

- The next token can belong to one alternative alone, under the rules that are being read.
- Whether a symbol is a function's name, and has scripts, is told by what comes behind their brackets. ANTLR's
  cheaper way of looking ahead tells it wrongly, and would have `x^2` parsed twice.
- Of every text, the grammar asks whether it is a relation of sets, and of every element whether it is a
  plus-minus, a set or an ordinary relation; ANTLR looks to the end of the text for that. Without an operator
  of sets there is no relation of sets, and without `\\pm` no plus-minus.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, FrozenSet, NamedTuple  # noqa: UP035 -- evaluated on Python 3.9

from antlr4 import CommonTokenStream, ParserRuleContext, Token
from antlr4.atn.ParserATNSimulator import ParserATNSimulator
from antlr4.atn.PredictionMode import PredictionMode
from antlr4.atn.Transition import RuleTransition
from latex2sympy2_extended import latex2sympy2
from latex2sympy2_extended.antlr_parser import PSParser
from latex2sympy2_extended.latex2sympy2 import latex2sympy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antlr4.atn.ATNState import ATNState, DecisionState

Types = FrozenSet[int]  # noqa: UP006 -- evaluated on Python 3.9


def _types(*names: str) -> Types:
    return frozenset(getattr(PSParser, name) for name in names)


OF_SETS = _types("IN", "NOTIN", "ASSIGNMENT", "UNION", "INTERSECTION", "SET_MINUS", "SUBSET", "SUPSET")
"""Without any of these, `math` is a list of elements. A set by itself is one, too."""
PLUS_MINUS = _types("PLUS_MINUS")
SYMBOLS = _types("LETTER_NO_E", "GREEK_CMD", "NUMBER")
"""Scripts of one token."""
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
            foreseen = self._foreseen(stream, decision, context)
        except Exception:
            foreseen = None
        return foreseen or int(super().adaptivePredict(stream, decision, context))

    def _foreseen(self, stream: CommonTokenStream, decision: int, context: ParserRuleContext) -> int | None:
        settled = _settled(decision, stream.LA(1), context)
        if settled:
            return settled
        if decision == FACTOR:
            return _symbol(stream)
        if decision == SCRIPTS:
            return _scripts(stream, context)
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


class _Choice(NamedTuple):
    """The alternatives of a choice, from 1."""

    by_token: dict[int, tuple[int, ...]]
    """Those that a token can begin."""
    empty: tuple[int, ...]
    """Those that may be without any token."""


def _settled(decision: int, token: int, context: ParserRuleContext) -> int | None:
    """The one alternative that the next token can belong to; None where it is not one."""
    choice = _CHOICES[decision]
    possible = choice.by_token.get(token, ())
    if len(possible) < 2 and choice.empty and _may_follow(token, context):
        possible += choice.empty
    return possible[0] if len(possible) == 1 else None


def _may_follow(token: int, context: ParserRuleContext) -> bool:
    """Whether the token can come after the rule that is being read, here, and not wherever it is used."""
    while context is not None and context.invokingState >= 0:
        after = _after(context.invokingState)
        if token in after:
            return True
        if Token.EPSILON not in after:
            return False
        context = context.parentCtx
    return bool(token == Token.EOF)


@functools.cache
def _after(begun_in: int) -> Types:
    """Tokens that may come once a rule has ended, by the state that it was begun in."""
    return frozenset(PSParser.atn.nextTokens(PSParser.atn.states[begun_in].transitions[0].followState))


def _symbol(stream: CommonTokenStream) -> int | None:
    """A symbol that no bracket comes after, behind its scripts if any, is no function's name."""
    kinds = _kinds(stream)
    if next(kinds) not in _BEGINS_A_SYMBOL:
        return None
    following: int | None = next(kinds)
    while following in _MARKS:
        if not _skip_script(kinds):
            return None
        following = next(kinds, None)
    return None if following is None or following in OPENING else _SYMBOL


def _scripts(stream: CommonTokenStream, context: ParserRuleContext) -> int | None:
    """A superscript after a symbol, a subscript, or a subscript and then a superscript.

    Those of a script itself may belong to what it is a script of: that is left to ANTLR.
    """
    if context.parentCtx.parentCtx.getRuleIndex() in _OF_SCRIPTS:
        return None
    kinds = _kinds(stream)
    mark = next(kinds)
    if not _skip_script(kinds):
        return None
    following = next(kinds, None)
    if following == PSParser.CARET and mark == PSParser.UNDERSCORE:
        return _SUBSCRIPT_AND_SUPERSCRIPT
    return None if following is None or following in _MARKS else _MARKS[mark]


def _kinds(stream: CommonTokenStream) -> Iterator[int]:
    """Types of the tokens from here on."""
    stream.fill()
    return (token.type for token in stream.tokens[stream.index :] if token.channel == stream.channel)


def _skip_script(kinds: Iterator[int]) -> bool:
    """Pass what comes after a mark; whether that is in braces or one simple symbol."""
    first = next(kinds)
    if first == PSParser.L_BRACE:
        _skip(kinds)
        return True
    return first in SYMBOLS


def _skip(kinds: Iterator[int]) -> None:
    """Pass what a bracket has opened, and what closes it; everything, where nothing does."""
    depth = 1
    for kind in kinds:
        depth += (kind in OPENING) - (kind in CLOSING)
        if not depth:
            return


def _may_be_a_set(stream: CommonTokenStream) -> bool:
    """Whether a set could begin here, and end where an element may end."""
    kinds = _kinds(stream)
    first = next(kinds)
    if first not in OPENING:
        return first in _BEGINS_A_SET
    _skip(kinds)
    return next(kinds, None) in _FOLLOWS_AN_ELEMENT


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


def _alternative(decision: int, *rules: int) -> int:
    """Which alternative of a choice is made of these rules, from 1."""
    for number, way in enumerate(PSParser.atn.decisionToState[decision].transitions, 1):
        if tuple(_rules_from(way.target)) == rules:
            return number
    raise LookupError(f"no alternative of {decision} is {[PSParser.ruleNames[rule] for rule in rules]}")


def _rules_from(state: ATNState) -> Iterator[int]:
    """Rules that follow on each other, up to anything else."""
    step = state.transitions[0]
    while isinstance(step, RuleTransition):
        yield step.target.ruleIndex
        step = step.followState.transitions[0]


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


def _choice(state: DecisionState) -> _Choice:
    by_token: dict[int, tuple[int, ...]] = {}
    for number, way in enumerate(state.transitions, 1):
        for token in PSParser.atn.nextTokens(way.target):
            by_token[token] = (*by_token.get(token, ()), number)
    return _Choice(by_token, by_token.pop(Token.EPSILON, ()))


_CHOICES = [_choice(state) for state in PSParser.atn.decisionToState]
MATH, ELEMENT = _decision(PSParser.RULE_math), _decision(PSParser.RULE_element)
FACTOR, SCRIPTS = _decision(PSParser.RULE_comp), _decision(PSParser.RULE_atom_expr)
_SYMBOL = _alternative(FACTOR, PSParser.RULE_atom)
_BEGINS_A_SYMBOL = _first(PSParser.RULE_atom_expr)
_OF_SCRIPTS = {PSParser.RULE_subexpr, PSParser.RULE_supexpr}
_MARKS = {
    PSParser.CARET: _alternative(SCRIPTS, PSParser.RULE_supexpr),
    PSParser.UNDERSCORE: _alternative(SCRIPTS, PSParser.RULE_subexpr),
}
_SUBSCRIPT_AND_SUPERSCRIPT = _alternative(SCRIPTS, PSParser.RULE_subexpr, PSParser.RULE_supexpr)
_LIST = _alternative(MATH, PSParser.RULE_set_elements)
_RELATION = _alternative(ELEMENT, PSParser.RULE_relation)
_BEGINS_A_SET = _first(PSParser.RULE_set_atom)
_FOLLOWS_AN_ELEMENT = _follow(PSParser.RULE_element) | {Token.EOF}
