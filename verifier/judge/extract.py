"""Finds the program in a model's response. Pure text work: nothing is parsed as code or run.

The text after the last `</think>` counts. In it, the last fenced block in the task's language is the program,
else the last fenced block, else the whole text, byte for byte. Blank blocks are not code.
Fences follow CommonMark (0.31, section 4.5), and more forgivingly what models write: any indentation, and a
fence with a known language at the end of a line of prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_THINK, _END_THINK = "<think>", "</think>"
_OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\Z")
_AFTER_PROSE = re.compile(
    r"(?P<indent>)[^`~]*[^`~\s][ \t]*(?P<fence>`{3,}|~{3,})(?P<info>[A-Za-z0-9+#]+)[ \t]*\Z"
)
_WORD = re.compile(r"[A-Za-z0-9+#]+")


@dataclass(frozen=True, slots=True)
class _Block:
    word: str
    """First word after the fence, in lower case."""
    code: str


def answer_part(response: str) -> str | None:
    """The part of a response that counts; None where the thoughts never end."""
    answer = response.rpartition(_END_THINK)[2]
    return None if _THINK in answer else answer


def code(response: str, fences: Collection[str]) -> str | None:
    """The program in a response; None where there is none.

    Args:
        response: the model's whole text.
        fences: what marks blocks of the task's language, in lower case.
    """
    answer = answer_part(response)
    if answer is None:
        return None
    blocks = list(_blocks(answer, fences))
    if not blocks:
        return answer if answer.strip() else None
    filled = [block for block in blocks if block.code.strip()]
    wanted = [block for block in filled if block.word in fences] or filled
    return wanted[-1].code if wanted else None


def _blocks(text: str, fences: Collection[str]) -> Iterator[_Block]:
    lines = iter(text.split("\n"))
    for line in lines:
        opening = _opening(line.removesuffix("\r"), fences)
        if opening is None:
            continue
        content = []
        for inner in lines:
            if _closes(inner, opening["fence"]):
                break
            content.append(_without_indent(inner, opening["indent"]))
        else:  # never closed: what follows the last line end is no line
            if content and not content[-1]:
                content.pop()
        word = _WORD.search(opening["info"])
        yield _Block(word.group().lower() if word else "", "".join(f"{row}\n" for row in content))


def _opening(line: str, fences: Collection[str]) -> re.Match[str] | None:
    opening = _OPENING.match(line)
    if opening:
        inline_code = opening["fence"].startswith("`") and "`" in opening["info"]
        return None if inline_code else opening
    opening = _AFTER_PROSE.match(line) if "`" in line or "~" in line else None
    return opening if opening and opening["info"].lower() in fences else None


def _closes(line: str, fence: str) -> bool:
    rest = line.strip()
    return len(rest) >= len(fence) and rest == fence[0] * len(rest)


def _without_indent(line: str, indent: str) -> str:
    """As much of the fence's own indentation as the line has."""
    shared = 0
    while shared < min(len(indent), len(line)) and line[shared] in " \t":
        shared += 1
    return line[shared:]
