"""Writes the table of values, made of the comments in values.yaml, into the chart's README."""

from __future__ import annotations

import re
from pathlib import Path

CHART = Path(__file__).resolve().parents[1] / "helm/verifier"
README = CHART / "README.md"
BEGIN, END = "<!-- values: written by make gen -->\n", "<!-- end of values -->\n"
_LINE = re.compile(r"( *)([A-Za-z]+):(?: (.*))?$")


def table(values: str) -> str:
    """One row for each commented value; depth is indentation."""
    rows = ["| value | default | meaning |", "|---|---|---|"]
    comment: list[str] = []
    above: list[str] = []
    for line in values.splitlines():
        if line.lstrip().startswith("#"):
            comment.append(line.strip(" #"))
        elif found := _LINE.match(line):
            indent, name, value = found.groups()
            above[len(indent) // 2 :] = [name]
            if comment:
                default = f"`{value}`" if value is not None else ""
                rows.append(f"| `{'.'.join(above)}` | {default} | {' '.join(comment)} |")
            comment = []
        else:
            comment = []
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """The README with the values as they are now."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + begin + table((CHART / "values.yaml").read_text("utf-8")) + end + after


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
