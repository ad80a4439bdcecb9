"""Placeholders and postscripts."""

from __future__ import annotations

import re

from verifier.instructions.model import Count, Instruction, Text

PLACEHOLDER = re.compile(r"\[[^\[\]\n]*\]")


class NumberPlaceholders(Instruction):
    """At least so many placeholders in square brackets, such as `[address]`."""

    num_placeholders: Count

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return sum(1 for _ in PLACEHOLDER.finditer(text)) >= self.num_placeholders


class Postscript(Instruction):
    """A postscript that starts with the marker, in any case, with or without spaces behind its dots."""

    postscript_marker: Text

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        marker = r"\.\s?".join(map(re.escape, self.postscript_marker.strip().split(".")))
        return re.search(rf"(?<!\w){marker}", text, re.IGNORECASE) is not None
