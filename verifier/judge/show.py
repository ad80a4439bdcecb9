"""Texts for people: bounded, on one line, and without characters that could upset a terminal or a log."""

from __future__ import annotations

import re

PART_CHARACTERS = 80
"""Of a value or token shown in a detail."""
DETAIL_CHARACTERS = 400
"""Of a whole detail."""

_COMPLAINT = re.compile(r"\berror\b\s?(\[|:|[A-Z]{2}\d)", re.IGNORECASE)
"""How compilers mark the line that says what is wrong; context and counts follow it."""
_DEATH = re.compile(r"^(?!\s|\^).*?(\B(?:Error|Exception)\b|\b(?:[Ee]rror|Exception)\b|^panic:)")
"""How runtimes begin the line that says why a program died; traces, context and farewells follow it."""
_HEAD_BYTES = 64 << 10
_LONG_INT_BITS = 1 << 10


def line(text: str, characters: int = DETAIL_CHARACTERS) -> str:
    """A text as one printable line of at most that many characters."""
    head = text[: characters + 1]
    clean = "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in head)
    return clean if len(clean) <= characters else clean[: characters - 1] + "…"


def token(data: bytes) -> str:
    """Some bytes of an output, in quotes."""
    return line(repr(data[: 4 * PART_CHARACTERS].decode("utf-8", "replace")), PART_CHARACTERS)


def value(shown: object) -> str:
    """A value: scalars as Python writes them, containers by type and size."""
    if type(shown) is int and shown.bit_length() > _LONG_INT_BITS:
        return f"an int of {shown.bit_length()} bits"
    if isinstance(shown, str | bytes):
        return line(repr(shown[: 2 * PART_CHARACTERS]), PART_CHARACTERS)
    if isinstance(shown, list | tuple | set | frozenset | dict):
        return f"a {type(shown).__name__} of {len(shown)}"
    if shown is None or isinstance(shown, bool | int | float | complex):
        return repr(shown)
    return f"a {line(type(shown).__name__, PART_CHARACTERS)}"


def last_words(stderr: bytes) -> str:
    """Why a program died, in its runtime's words: the last line that names an error, or else the last one."""
    tail = stderr[-8 * DETAIL_CHARACTERS :].decode("utf-8", "replace")
    rows = [row for row in tail.splitlines() if row.strip()]
    telling = [row for row in rows if _DEATH.search(row)]
    return line((telling or rows or [""])[-1].strip())


def complaint(stderr: bytes) -> str:
    """The line of a compiler's output that says what is wrong: the first error, or else the last line."""
    rows = stderr[:_HEAD_BYTES].decode("utf-8", "replace").splitlines()
    return line(next((row.strip() for row in rows if _COMPLAINT.search(row)), "")) or last_words(stderr)
