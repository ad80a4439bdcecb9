"""What the chart's documents tell people to type and to set, taken apart.

Facts only: whether it is true is for `tests.helm.promises` to say.
"""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.architecture.tracked import ROOT
from tests.helm.chart import CHART

if TYPE_CHECKING:
    from collections.abc import Iterator

README = ROOT / "README.md"
PAPERS = tuple(sorted(CHART.glob("*.md")))
STANDS_FOR = {"R": "demo", "N": "prod", "D": "demo-verifier", "POD": "demo-verifier-7c9f-abcde"}
"""The names that OPERATIONS.md introduces, for a release called `demo` in the namespace `prod`."""
TOOLS = ("docker", "grpcurl", "helm", "kubectl", "make", "rollout", "verifier")

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_ASSIGNMENT = re.compile(r"[A-Z_]+=")
_SEPARATORS = {"&&", "||", "|", ";"}


@dataclass(frozen=True, slots=True)
class Command:
    """One program with its arguments, as somebody would type them."""

    where: str
    environment: tuple[str, ...]
    """Names of the variables that are set for it."""
    words: tuple[str, ...]


def cluster_page(text: str) -> str:
    """The README's page about clusters."""
    return text.partition("\n### In a cluster\n")[2].partition("\n## ")[0]


def fenced(text: str, *languages: str) -> list[str]:
    """The blocks in one of these languages."""
    return [body for language, body in _FENCE.findall(text) if language in languages]


def code(text: str) -> list[str]:
    """What stands between single backticks."""
    return _CODE.findall(_FENCE.sub("", text))


def in_paper(text: str, where: str) -> Iterator[Command]:
    """The commands of a Markdown text: fenced ones, and those that stand in a sentence."""
    lines = [
        line.removeprefix("$ ")
        for block in fenced(text, "console", "text", "bash")
        for line in block.splitlines()
    ]
    for line in (*lines, *filter(_is_typed, code(text))):
        if _program(line.split()) in TOOLS:
            yield from split(line, where)


def _is_typed(piece: str) -> bool:
    """Whether a piece of a sentence is a command, and not the name of one: `helm test`, `verifier`."""
    words = piece.split()
    return len(words) > 2 or (len(words) == 2 and words[0] in ("make", "verifier"))


def in_notes(text: str, where: str) -> Iterator[Command]:
    """The commands that Helm prints after an installation: lines apart, or behind a colon."""
    for line in text.splitlines():
        typed = line.rpartition(": ")[2] if line.startswith("Try it: ") else line
        if (typed.startswith("  ") or typed != line) and _program(typed.split()) in TOOLS:
            yield from split(typed, where)


def split(line: str, where: str) -> Iterator[Command]:
    """The commands of one line of shell.

    Raises:
        AssertionError: bash cannot read it, or it has a variable that nobody introduced.
    """
    parsed = subprocess.run(("bash", "-n", "-c", line), capture_output=True, text=True, check=False)
    assert parsed.returncode == 0, f"{where}: {line}: {parsed.stderr}"
    unknown = set(_VARIABLE.findall(line)) - STANDS_FOR.keys()
    assert not unknown, f"{where}: {line}: nobody says what {unknown} stands for"
    lexer = shlex.shlex(
        _VARIABLE.sub(lambda name: STANDS_FOR[name[1]], line), posix=True, punctuation_chars="|&;>"
    )
    lexer.whitespace_split = True
    words: list[str] = []
    for word in (*lexer, ";"):
        if word not in _SEPARATORS:
            words.append(word)
            continue
        if words:
            yield _command(words, where)
        words = []


def _command(words: list[str], where: str) -> Command:
    environment = list(itertools.takewhile(_ASSIGNMENT.match, words))
    rest = words[len(environment) :]
    plain = rest[: rest.index(">")] if ">" in rest else rest
    return Command(where, tuple(word.partition("=")[0] for word in environment), tuple(plain))


def _program(words: list[str]) -> str:
    return next((word for word in words if not _ASSIGNMENT.match(word)), "")
