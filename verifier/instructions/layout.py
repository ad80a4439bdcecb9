"""What a response looks like: bullets, highlights, sections, titles, JSON, one of three sentences."""

from __future__ import annotations

import json
import re

from verifier.instructions.model import Count, Instruction, Text

BULLET = re.compile(r"^[ \t]*[*-][ \t]+\S", re.MULTILINE)
HIGHLIGHT = re.compile(r"\*\*(?=[^\s*])[^\n*]*\*\*|\*(?=[^\s*])[^\n*]*\*")
FENCE = re.compile(r"```(?:json)?[ \t]*\n?", re.IGNORECASE)
OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")


class NumberBulletLists(Instruction):
    """Exactly so many bullet points of Markdown: `*` or `-` and a space at the start of a line."""

    num_bullets: Count

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return sum(1 for _ in BULLET.finditer(text)) == self.num_bullets


class ConstrainedResponse(Instruction):
    """One of the three answers that are allowed, and no second one."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return sum(option in text for option in OPTIONS) == 1


class NumberHighlightedSections(Instruction):
    """At least so many pieces between asterisks, `*one*` or `**two**` on each side, within a line."""

    num_highlights: Count

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return sum(1 for _ in HIGHLIGHT.finditer(text)) >= self.num_highlights


class MultipleSections(Instruction):
    """At least so many sections that begin with the splitter and a number, such as `SECTION 1`."""

    section_spliter: Text
    """The published spelling."""
    num_sections: Count

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        heading = re.compile(rf"(?<!\w){re.escape(self.section_spliter.strip())}\s?\d+")
        return sum(1 for _ in heading.finditer(text)) >= self.num_sections


class JsonFormat(Instruction):
    """The whole response is JSON, in a code fence or not."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        bare = FENCE.sub("", text.strip().removesuffix("```"), count=1) if text.startswith("```") else text
        try:
            json.loads(
                bare, parse_int=str, parse_constant=_refuse
            )  # a number of a million digits is JSON too
        except (ValueError, RecursionError):
            return False
        return True


class Title(Instruction):
    """A title in double angular brackets, such as `<<poem of joy>>`, within a line."""

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return any(map(_holds_a_title, text.splitlines()))


def _holds_a_title(line: str) -> bool:
    start, end = line.find("<<"), line.rfind(">>")
    return 0 <= start < end and bool(line[start:end].strip("<> \t"))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
