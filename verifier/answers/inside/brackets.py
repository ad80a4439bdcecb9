"""Cutting LaTeX at the top level: outside every kind of bracket and environment. No meaning is read here."""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\(?:begin|end)\{[^{}]*\}|\\[a-zA-Z]+|\\.|[a-zA-Z]+|\d+|.", re.DOTALL)
STRUCTURE = re.compile(r"\\(?:begin|end)\{[^{}]*\}|\\[a-zA-Z]+|\\.|[()\[\]{}]", re.DOTALL)
"""Of these tokens, all that can open or close anything."""
OPENING = {"(", "[", "{", r"\{", r"\lceil", r"\lfloor"}
CLOSING = {")", "]", "}", r"\}", r"\rceil", r"\rfloor"}


def split(text: str, separators: frozenset[str]) -> tuple[list[str], list[str]]:
    """The parts between the separators of the top level, and the separators found, in order.

    Words, commands, numbers and single characters are tokens; a separator is one whole token.
    """
    parts, found, start, depth = [], [], 0, 0
    for match in TOKEN.finditer(text):
        token = match.group()
        depth += _step(token)
        if depth == 0 and token in separators:
            parts.append(text[start : match.start()].strip())
            found.append(token)
            start = match.end()
    parts.append(text[start:].strip())
    return parts, found


def is_balanced(text: str) -> bool:
    """Whether every brace and environment closes, and brackets of any kinds pair up: (0, 1] is balanced."""
    depth = braces = environments = 0
    for token in STRUCTURE.findall(text):
        depth += _step(token)
        braces += (token == "{") - (token == "}")
        environments += token.startswith(r"\begin{") - token.startswith(r"\end{")
        if depth < 0 or braces < 0 or environments < 0:
            return False
    return depth == braces == environments == 0


def depth(text: str) -> int:
    """The deepest nesting of brackets, braces and environments."""
    now = deepest = 0
    for token in STRUCTURE.findall(text):
        now += _step(token)
        deepest = max(deepest, now)
    return deepest


def enclosed(text: str) -> tuple[str, str, str] | None:
    """Opening, inside and closing, where one pair of brackets holds the whole text."""
    first = TOKEN.match(text)
    if first is None or first.group() not in OPENING:
        return None
    level = 0
    for match in TOKEN.finditer(text):
        level += _step(match.group())
        if level == 0:
            if match.end() != len(text):
                return None
            return first.group(), text[first.end() : match.start()].strip(), match.group()
    return None


def _step(token: str) -> int:
    if token in OPENING or token.startswith(r"\begin{"):
        return 1
    if token in CLOSING or token.startswith(r"\end{"):
        return -1
    return 0
