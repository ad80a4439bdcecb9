"""Writes the settings table into the README, between its two marks."""

from __future__ import annotations

from pathlib import Path

from verifier.settings import settings_table

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- settings: written by make gen -->\n", "<!-- end of settings -->\n"


def with_table(text: str) -> str:
    """The README with the settings as they are now."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + begin + settings_table() + end + after


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
