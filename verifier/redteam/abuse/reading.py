"""Reads a program of the abuse corpus, and what its head says of it.

The first comment of a program has a paragraph on what it does, and two lines: `Verdict: NAME or NAME`, the
verdicts that contain it, and `Gone: ...`, what must not remain afterwards.
"""

from __future__ import annotations

from importlib import resources

from verifier.redteam.abuse.model import Statement

_LANGUAGES = {".py": ("python", '"""', '"""'), ".c": ("c", "/*", "*/")}
"""By suffix: the language, and how its comments begin and end."""


def language(name: str) -> str:
    """Of a program, by its name."""
    return _LANGUAGES[_suffix(name)][0]


def source(name: str) -> str:
    """The whole program."""
    return (resources.files("verifier.redteam.abuse") / "programs" / name).read_text("utf-8")


def statement(name: str) -> Statement:
    """What its head says.

    Raises:
        ValueError: the head lacks something.
    """
    _, opening, closing = _LANGUAGES[_suffix(name)]
    head = source(name).removeprefix(opening).partition(closing)[0]
    does, _, rest = head.strip().partition("\n\n")
    fields = dict(line.split(": ", 1) for line in rest.splitlines() if ": " in line)
    try:
        return Statement(" ".join(does.split()), frozenset(fields["Verdict"].split(" or ")), fields["Gone"])
    except KeyError as missing:
        raise ValueError(f"{name}: its head does not say {missing}") from None


def _suffix(name: str) -> str:
    return name[name.rindex(".") :]
