"""The README, taken apart: its code blocks, its tree, the commands it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from tests.architecture.tracked import ROOT

README = ROOT / "README.md"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TREE_LINE = re.compile(r"^( *)(\S+(?: \S+)*)(?:  .*)?$")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block."""

    language: str
    text: str
    line: int
    expected: str | None
    """What it prints, where a `text` block follows at once."""


def blocks() -> list[Block]:
    """All fenced blocks, in order."""
    text = README.read_text("utf-8")
    found = list(_FENCE.finditer(text))
    result = []
    for fence, after in zip(found, [*found[1:], None], strict=True):
        line = text.count("\n", 0, fence.start()) + 1
        prints = after is not None and after[1] == "text" and text[fence.end() : after.start()].strip() == ""
        result.append(Block(fence[1], fence[2], line, after[2] if after and prints else None))
    return result


def commands() -> list[list[str]]:
    """The commands shown with a prompt, split into words, without comments."""
    lines = [line for block in blocks() if block.language == "console" for line in block.text.splitlines()]
    return [line[2:].split("#")[0].split() for line in lines if line.startswith("$ ")]


def tree() -> set[str]:
    """The paths that the tree names, and the folders they lie in; relative, without closing slashes."""
    (block,) = [block for block in blocks() if block.language == "" and "proto/" in block.text]
    paths, folders = set[PurePosixPath](), [""]
    for line in block.text.splitlines():
        indent, names = _TREE_LINE.match(line).groups()  # type: ignore[union-attr]
        del folders[len(indent) // 2 + 1 :]
        for name in names.split(" "):
            path = PurePosixPath(folders[-1], name)
            paths |= {path, *path.parents}
        folders.append(f"{folders[-1]}/{names}".lstrip("/"))
    return {str(path) for path in paths}
