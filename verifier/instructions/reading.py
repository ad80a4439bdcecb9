"""The texts in which an instruction may be followed: a response as it is, or without its wrapping."""

from __future__ import annotations

from verifier.model import Strictness


def strict(text: str) -> tuple[str, ...]:
    """The response itself."""
    return (text,)


def loose(text: str) -> tuple[str, ...]:
    """As IFEval's loose accuracy: without the first line, the last, both, and each without asterisks."""
    lines = text.split("\n")
    shortened = (text, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1])))
    texts = dict.fromkeys((*shortened, *(part.replace("*", "") for part in shortened)))
    return tuple(part for part in texts if part.strip())


READINGS = {Strictness.STRICT: strict, Strictness.LOOSE: loose}
