"""`repetition`: a response that says the same again and again, as samples that are stuck in a loop do."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from verifier.form.model import Rule

CHARACTERS = 100_000
"""Of a response, from its end: a loop does not stop."""
IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W{IDEOGRAPHS}]{{1,20}}")
"""A word, a piece of a very long one, or a character of a script that sets no spaces."""


class Repetition(Rule):
    """At most this share of the runs of `ngram` words has been said before in the response.

    The defaults are ours: prose and proofs stay under a tenth, a sample in a loop comes close to one.
    """

    ngram: Annotated[int, Field(ge=1, le=100)] = 8
    max_share: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.3

    def broken(self, response: str) -> str | None:
        """See `Rule`."""
        words = [match.group().casefold() for match in WORD.finditer(response[-CHARACTERS:])]
        total = len(words) - self.ngram + 1
        if total < 1:
            return None
        distinct = len({tuple(words[start : start + self.ngram]) for start in range(total)})
        share = 1 - distinct / total
        if share <= self.max_share:
            return None
        return f"{share:.0%} of all runs of {self.ngram} words come again"
