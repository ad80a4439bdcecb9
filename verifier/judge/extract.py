"""Finds the program in a model's response. Pure text work: nothing is parsed as code or run.

The text after the last `</think>` counts. In it, the last fenced block in the task's language is the program,
else the last fenced block, else the whole text, byte for byte. Blank blocks are not code.
Fences follow CommonMark (0.31, section 4.5), and more forgivingly what models write: any indentation, and a
fence with a known language at the end of a line of prose.

A response may hold several files: blocks whose fences name them (`python:shapes.py`, `cpp title="shapes.h"`).
The one called main or solution is the program, or else the last one, as above; the others lie beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_THINK, _END_THINK = "<think>", "</think>"
_OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\Z")
_AFTER_PROSE = re.compile(
    r"(?P<indent>)[^`~]*[^`~\s][ \t]*(?P<fence>`{3,}|~{3,})(?P<info>[A-Za-z0-9+#]+)[ \t]*\Z"
)
_IN_A_LIST = re.compile(
    r"(?P<indent>[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)(?P<fence>`{3,}|~{3,})(?P<info>[A-Za-z0-9+#]+)[ \t]*\Z"
)
_FILE = re.compile(r"(?:[\s:=\"'])((?:[\w-]+/)*[\w-]+\.[A-Za-z]\w*)[\"']?[ \t}]*\Z")
"""The name of a file at the end of what follows a fence."""
_MAIN = ("main", "solution")
_MOST_FILES, _MOST_CHARACTERS = 64, 4 << 20
"""Of a response's own files: far more than honest ones bring, and they fit into the scratch directory."""
_WORD = re.compile(r"[A-Za-z0-9+#]+")


@dataclass(frozen=True, slots=True)
class _Block:
    word: str
    """First word after the fence, in lower case."""
    file: str
    """Name of the file, where the fence has one."""
    code: str

    @property
    def is_main(self) -> bool:
        """Whether its name says that this is the program."""
        return PurePosixPath(self.file).stem.lower() in _MAIN


@dataclass(frozen=True, slots=True)
class Found:
    """A program, and the files that its response put beside it."""

    code: str
    files: Mapping[str, str] = field(default_factory=dict)


def answer_part(response: str) -> str | None:
    """The part of a response that counts; None where the thoughts never end."""
    answer = response.rpartition(_END_THINK)[2]
    return None if _THINK in answer else answer


def program(response: str, fences: Collection[str]) -> Found | None:
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
        return Found(answer) if answer.strip() else None
    filled = [block for block in blocks if block.code.strip()]
    wanted = [block for block in filled if block.word in fences] or filled
    if not wanted:
        return None
    named = {block.file: block for block in filled if block.file}
    mains = [block for block in wanted if block.is_main] if len(named) > 1 else []
    chosen = (mains or wanted)[-1]
    others = {name: block.code for name, block in named.items() if name != chosen.file}
    if len(others) > _MOST_FILES or sum(map(len, others.values())) > _MOST_CHARACTERS:
        return Found(chosen.code)
    return Found(chosen.code, others)


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
        word, file = _WORD.search(opening["info"]), _FILE.search(opening["info"])
        yield _Block(
            word.group().lower() if word else "",
            file.group(1) if file else "",
            "".join(f"{row}\n" for row in content),
        )


def _opening(line: str, fences: Collection[str]) -> re.Match[str] | None:
    opening = _OPENING.match(line)
    if opening:
        inline_code = opening["fence"].startswith("`") and "`" in opening["info"]
        return None if inline_code else opening
    opening = (_IN_A_LIST.match(line) or _AFTER_PROSE.match(line)) if "`" in line or "~" in line else None
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
