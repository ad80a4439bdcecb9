"""Whether a gold can be read at all. One that cannot is its caller's error, never a verdict on an answer."""

from __future__ import annotations

from verifier.answers.inside import algebra, numeral, reading, scalar, shape
from verifier.answers.inside.shape import Equation, Opaque, Scalar, Shape, Span


def gold(text: str) -> bool:
    """Whether the tidy text means something, piece by piece or as a whole."""
    return _readable(reading.read(text)) or algebra.meaning(text) is not None


def _readable(part: Shape) -> bool:
    if isinstance(part, Scalar):
        return _value(part.text)
    if isinstance(part, Span):
        return all(_value(end) for end in (part.low, part.high) if end is not None)
    if isinstance(part, (Equation, Opaque)):
        return algebra.meaning(part.text) is not None
    return all(map(_readable, shape.inner(part)))  # words and patterns have none, and mean what they say


def _value(text: str) -> bool:
    core = scalar.core(text)
    if core is not None and core != text:
        return _value(core)
    return bool(
        numeral.read(text)
        or scalar.is_typed(text)
        or algebra.expression(text) is not None
        or algebra.meaning(text) is not None
    )


def work_with(text: str) -> bool:
    """Spend what a comparison with this gold costs at least, and say whether it can be read.

    Asked where an answer was too hard, to find out whose fault that is. The cost is the point, not the
    result.
    """
    if not gold(text):
        return False
    for value in _scalars(reading.read(text)):
        algebra.same(value, f"({value})+0", None)
    return True


def _scalars(part: Shape) -> list[str]:
    if isinstance(part, Scalar):
        return [part.text]
    if isinstance(part, Span):
        return [end for end in (part.low, part.high) if end is not None]
    return [text for each in shape.inner(part) for text in _scalars(each)]
