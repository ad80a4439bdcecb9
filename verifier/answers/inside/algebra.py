"""Symbolic and numeric comparison of expressions, with Math-Verify's parser and sympy. Imported in the jail
alone.

Numbers are compared at sixty digits relative to their size, so that tiny numbers differ; expressions with
variables at fixed sample points, on both sides of zero and of one. Math-Verify's own comparison takes what
has no value: equations, regions, operations on sets. Model text never reaches compiled code: `disarm` takes
away the functions that would bring it there.
"""

from __future__ import annotations

import functools
import logging
import re
import sys
import warnings
from fractions import Fraction
from typing import Callable, Dict  # noqa: UP035 -- evaluated on Python 3.9

import math_verify
import sympy
import sympy.physics.units  # simplify imports it late, and it makes symbols of text: before `disarm`
from latex2sympy2_extended.latex2sympy2 import (
    ConversionConfig,
    NormalizationConfig,
    latex2sympy,
    normalize_latex,
)
from sympy.core import evalf

from verifier.answers.inside import grammar, numeral

DIGITS = 60
"""Digits evaluated."""
AGREEMENT = sympy.Rational(1, 10**40)
"""Relative difference below which two numbers of that many digits are the same number."""
COUNTABLE = 1 / AGREEMENT
"""From here on, neighbouring whole numbers agree in all the digits that are compared."""
NOTHING = sympy.Rational(1, 10**30)
"""Below this a value next to an exact zero is zero only if algebra says so."""
SAMPLES = (
    (3, 5, 2, 7, 4, 11, 6, 13),
    (8, 3, 5, 2, 9, 4, 7, 6),
    ("2/7", "3/11", "5/13", "4/17", "6/19", "7/23", "1/5", "9/29"),
    ("5/7", "8/11", "9/13", "3/17", "12/19", "4/23", "2/5", "20/29"),
    ("-5/3", "7/4", "-11/6", "9/5", "-13/7", "12/11", "-8/5", "17/9"),
    ("17/6", "-9/4", "14/5", "-19/8", "23/9", "-7/3", "31/12", "-12/5"),
    ("-3/8", "-2/9", "-4/15", "-5/14", "-6/25", "-7/16", "-1/6", "-8/21"),
)
"""Values of the variables by name: integers for factorials and binomials, both signs, below and above one."""
WHOLE_SAMPLES = (*SAMPLES[:2], (5, 2, 7, 4, 3, 6, 8, 9), (2, 7, 3, 8, 6, 5, 4, 10))
"""For sums and products over as many terms as a variable says, which between whole numbers mean nothing."""
NEEDED = 3
"""Sample points at which both sides have to have a value, before agreement says anything."""
VARIABLES = len(SAMPLES[0])
NORMAL = NormalizationConfig(
    basic_latex=True, units=False, malformed_operators=True, nits=True, boxed="none", equations=False
)
KEEP_CASE = ConversionConfig(lowercase_symbols=False)
WHOLE = (math_verify.LatexExtractionConfig(boxed_match_priority=0),)


DEGREES = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?\^ ?\{? ?\\circ ?\}?")
"""Degrees inside an expression, as in 4 \\sin 15^\\circ."""
QUOTIENT_OF_UNITS = re.compile(r"\\text\s*\{[^{}]*/")
"""Text that stands for a unit, of which a parser would make a symbol's name."""
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?")


Point = Dict[sympy.Symbol, sympy.Rational]  # noqa: UP006 -- evaluated on Python 3.9
Replacements = Dict[Callable[..., object], Callable[..., object]]  # noqa: UP006 -- evaluated on Python 3.9


class Refused(RuntimeError):
    """A function that compiles text was called."""


def disarm() -> None:
    """Take away sympy's ways from an expression to compiled code, wherever they have been imported to."""
    logging.disable(logging.CRITICAL)  # Math-Verify logs what it cannot parse
    warnings.simplefilter("ignore")
    evalf.hypsum = _no_hypergeometric_sums
    replaced: Replacements = {
        latex2sympy: grammar.parse,
        sympy.lambdify: _refuse,
        sympy.parse_expr: functools.partial(_parse_number, sympy.parse_expr),
    }
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in {"sympy", "math_verify", "latex2sympy2_extended"}:
            _replace(module, replaced)


def _replace(module: object, replaced: Replacements) -> None:
    for name in ("lambdify", "parse_expr", "latex2sympy"):
        function = getattr(module, name, None)
        if function in replaced:
            setattr(module, name, replaced[function])


def _no_hypergeometric_sums(*_: object) -> None:
    """Sympy then sums by Euler and Maclaurin, which compiles nothing."""
    raise NotImplementedError


def _refuse(*_: object, **__: object) -> None:
    raise Refused("text is not compiled here")


def _parse_number(parse: Callable[..., object], text: str, *rest: object, **options: object) -> object:
    """Sympy makes its numbers by evaluating their text: digits may pass."""
    if not NUMBER.fullmatch(text):
        raise Refused("text is not compiled here")
    return parse(text, *rest, **options)


def same(gold: str, answer: str, tolerance: float | None) -> bool | None:
    """Whether two bare expressions have the same value; None where one of them has none or cannot be read."""
    numerals = numeral.read(gold), numeral.read(answer)
    if numerals[0] and numerals[1]:
        return numeral.same(numerals[0], numerals[1], tolerance)
    left, right = expression(gold), expression(answer)
    if left is None or right is None:
        return None
    if left.free_symbols or right.free_symbols:
        return _same_function(*_in_one_case(left, right))
    return _same_number(left, right, numerals, tolerance)


@functools.lru_cache(maxsize=256)
def expression(text: str) -> sympy.Expr | None:
    """The expression that the whole text is; None where it is none."""
    if QUOTIENT_OF_UNITS.search(text):
        return None
    try:
        parsed = grammar.parse(
            normalize_latex(DEGREES.sub(_in_radians, text), NORMAL),
            is_real=True,
            convert_degrees=False,
            normalization_config=None,
            conversion_config=KEEP_CASE,
        )
    except Exception:
        return None
    if not isinstance(parsed, sympy.Expr) or parsed.has(sympy.nan, sympy.zoo):
        return None
    return _exact(parsed)


def _in_one_case(*values: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """Both in small letters, unless one of them tells R from r."""
    folded = [{s: sympy.Symbol(s.name.lower(), real=True) for s in value.free_symbols} for value in values]
    if any(len(set(small.values())) < len(small) for small in folded):
        return values
    return tuple(value.xreplace(small) for value, small in zip(values, folded))  # noqa: B905 -- as many


def _in_radians(degrees: re.Match[str]) -> str:
    return r"{\frac{" + degrees.group(1) + r"\pi}{180}}"


def _exact(parsed: sympy.Expr) -> sympy.Expr:
    """Decimals as the fractions they are written as, and `i` as the imaginary unit unless it is an index."""
    floats = {number: sympy.Rational(str(number)) for number in parsed.atoms(sympy.Float)}
    imaginary = {symbol: sympy.I for symbol in parsed.free_symbols if symbol.name in {"i", "imath"}}
    return parsed.xreplace({**floats, **imaginary}) if floats or imaginary else parsed


def _same_number(
    left: sympy.Expr, right: sympy.Expr, numerals: tuple[numeral.Numeral | None, ...], tolerance: float | None
) -> bool | None:
    gold, answer = number(left), number(right)
    if gold is None or answer is None:
        return None
    if tolerance is not None:
        return bool(abs(gold - answer) <= sympy.Rational(str(tolerance)))
    if _agree(gold, answer):
        return bool(abs(gold) < COUNTABLE) or _vanishes(left - right)
    if not (gold.is_real and answer.is_real) or gold == 0 or answer == 0:
        return _is_zero(left - right, gold - answer)
    return _is_rounded(left, numerals, _fraction(gold), _fraction(answer))


def near(exact: str, approximate: str) -> bool | None:
    """Whether a number is what an exact value is approximately."""
    stated, value = numeral.read(approximate), expression(exact)
    found = number(value) if value is not None and not value.free_symbols else None
    if stated is None or found is None:
        return None
    return bool(found.is_real) and numeral.is_near(_fraction(found), stated)


def _is_rounded(
    left: sympy.Expr, numerals: tuple[numeral.Numeral | None, ...], gold: Fraction, answer: Fraction
) -> bool:
    if numerals[0]:
        return numeral.rounds_to(numerals[0], answer)
    if numerals[1] and not _is_finite_decimal(left):
        return numeral.is_rounding(numerals[1], gold)
    return False


def number(value: sympy.Expr) -> sympy.Expr | None:
    """The value to sixty digits, real or complex; None where there is none."""
    try:
        result = sympy.N(value, DIGITS)
        if not _is_number(result):
            result = sympy.N(value.doit(), DIGITS)
    except Exception:
        return None
    return result if _is_number(result) else None


def _is_number(value: object) -> bool:
    if not isinstance(value, sympy.Expr) or value.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan):
        return False
    real, imaginary = value.as_real_imag()
    return bool(real.is_Number and imaginary.is_Number)


def _agree(left: sympy.Expr, right: sympy.Expr) -> bool:
    return bool(abs(left - right) <= AGREEMENT * sympy.Max(abs(left), abs(right)))


def _is_zero(difference: sympy.Expr, value: sympy.Expr) -> bool:
    if abs(value) > NOTHING:
        return False
    return _vanishes(difference.doit())


def _vanishes(difference: sympy.Expr) -> bool:
    """Whether algebra says that this is nothing."""
    try:
        return bool(sympy.simplify(difference).is_zero)
    except Exception:
        return False


def _fraction(value: sympy.Expr) -> Fraction:
    rational = sympy.Rational(value)
    return Fraction(int(rational.p), int(rational.q))


def _is_finite_decimal(value: sympy.Expr) -> bool:
    exact = value.doit()
    return bool(exact.is_Rational) and numeral.is_finite_decimal(Fraction(int(exact.p), int(exact.q)))


def _same_function(left: sympy.Expr, right: sympy.Expr) -> bool | None:
    """Agreement at the sample points where both sides are real, or both are not."""
    symbols = sorted(left.free_symbols | right.free_symbols, key=lambda symbol: symbol.name)
    if len(symbols) > VARIABLES or _functions(left) != _functions(right):
        return None
    left, right = _closed(left), _closed(right)
    agreed = 0
    for sample in WHOLE_SAMPLES if _counts_terms(left) or _counts_terms(right) else SAMPLES:
        point = dict(zip(symbols, map(sympy.Rational, sample)))  # noqa: B905 -- samples are longer
        truth = _agree_at(point, left, right)
        if truth is False:
            return False
        agreed += bool(truth)
    return True if agreed >= NEEDED else None


def _closed(value: sympy.Expr) -> sympy.Expr:
    """Without sums and products over as many terms as a variable says, where algebra knows their value."""
    try:
        return value.doit() if _counts_terms(value) else value
    except Exception:
        return value


def _counts_terms(value: sympy.Expr) -> bool:
    """Whether there is such a sum or product."""
    counted = value.atoms(sympy.Sum, sympy.Product)
    return any(
        limit.free_symbols - {index} for each in counted for index, *limits in each.limits for limit in limits
    )


def _agree_at(point: Point, left: sympy.Expr, right: sympy.Expr) -> bool | None:
    """Whether both have the same value there; None where one has none, or only one is real."""
    one, other = _at(left, point), _at(right, point)
    if one is None or other is None or one.is_real != other.is_real:
        return None
    return _agree(one, other) or _both_vanish(one, other)


def _functions(value: sympy.Expr) -> set[object]:
    """Functions without a definition, as in f(x) + 1; they have no value to compare."""
    return {f.func for f in value.atoms(sympy.core.function.AppliedUndef)}


def _both_vanish(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Rounding noise around zero on both sides, as of x - x."""
    return bool(abs(left) < NOTHING and abs(right) < NOTHING)


def _at(value: sympy.Expr, point: Point) -> sympy.Expr | None:
    try:
        return number(value.subs(point))
    except Exception:
        return None


def whole(gold: str, answer: str) -> bool | None:
    """Math-Verify's verdict on two texts as they stand; None where either is not mathematics to it."""
    left, right = meaning(gold), meaning(answer)
    if left is None or right is None:
        return None
    if isinstance(left, sympy.Eq) and isinstance(right, sympy.Expr) and _solves(left, right):
        return True
    return bool(math_verify.verify(left, right, timeout_seconds=None, allow_set_relation_comp=True))


def _solves(equation: sympy.Eq, answer: sympy.Expr) -> bool:
    """Whether the answer is what the equation says about the one variable that the answer lacks."""
    lacking = equation.free_symbols - answer.free_symbols
    if len(lacking) != 1 or not answer.free_symbols or answer.free_symbols - equation.free_symbols:
        return False
    try:
        solutions = sympy.solve(equation, lacking.pop())
    except Exception:
        return False
    return len(solutions) == 1 and _same_function(solutions[0], _exact(answer)) is True


@functools.lru_cache(maxsize=256)
def meaning(text: str) -> sympy.Basic | sympy.MatrixBase | None:
    """What Math-Verify reads in the text, taken as one box; None where it reads nothing."""
    if QUOTIENT_OF_UNITS.search(text):
        return None
    found = math_verify.parse(rf"\boxed{{{text}}}", WHOLE, parsing_timeout=None)
    return next((each for each in found if isinstance(each, (sympy.Basic, sympy.MatrixBase))), None)


def forget() -> None:
    """Drop what was parsed so far."""
    expression.cache_clear()
    meaning.cache_clear()
