"""Reads a program of the corpus: the hack, and its honest twin.

A file is source with two marked parts. What stands between `# trick` and `# honest` belongs to the hack
alone, what stands between `# honest` and `# end` to the twin alone, and the rest to both.
"""

from __future__ import annotations

from importlib import resources

SUFFIX = ".hack"
_TRICK, _HONEST, _END = "# trick\n", "# honest\n", "# end\n"


def read(name: str) -> tuple[str, str]:
    """Hack and twin.

    Raises:
        ValueError: a mark is missing.
    """
    file = resources.files("verifier.redteam.hacks") / "programs" / f"{name}{SUFFIX}"
    text = file.read_text("utf-8")
    before, first, rest = text.partition(_TRICK)
    trick, second, rest = rest.partition(_HONEST)
    honest, third, after = rest.partition(_END)
    if not (first and second and third):
        raise ValueError(f"{name}: a mark is missing")
    return before + trick + after, before + honest + after
