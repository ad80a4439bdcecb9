"""`length`: not too long and not too short, in characters or words. Tokens are known to the sampler alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from verifier.answers import thinking
from verifier.form.model import Rule

if TYPE_CHECKING:
    from typing_extensions import Self

CHARACTERS = 1_000_000
"""In which words are counted, from the beginning."""
WORD = re.compile(r"\w+")
Bound = Annotated[int, Field(ge=0, le=500_000)]


class Length(Rule):
    """Bounds, inclusive, on the whole response, on its thoughts, or on what comes after them."""

    min_characters: Bound | None = None
    max_characters: Bound | None = None
    min_words: Bound | None = None
    max_words: Bound | None = None
    part: Literal["response", "thoughts", "answer"] = "response"

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if all(bound is None for bound in (*self._of("characters"), *self._of("words"))):
            raise ValueError("needs min_characters, max_characters, min_words or max_words")
        for low, high in (self._of("characters"), self._of("words")):
            if low is not None and high is not None and low > high:
                raise ValueError("the least is over the most")
        return self

    def broken(self, response: str) -> str | None:
        """See `Rule`."""
        text = PARTS[self.part](response)
        characters = _outside(len(text), *self._of("characters"))
        if characters:
            return f"{len(text)} characters, {characters}"
        if self.min_words is None and self.max_words is None:
            return None
        count = sum(1 for _ in WORD.finditer(text, 0, CHARACTERS))
        words = _outside(count, *self._of("words"))
        return f"{count} words, {words}" if words else None

    def _of(self, unit: Literal["characters", "words"]) -> tuple[int | None, int | None]:
        if unit == "characters":
            return self.min_characters, self.max_characters
        return self.min_words, self.max_words


def _outside(count: int, low: int | None, high: int | None) -> str:
    if low is not None and count < low:
        return f"at least {low} are asked for"
    return f"at most {high} are allowed" if high is not None and count > high else ""


def _response(response: str) -> str:
    return response


def _thoughts(response: str) -> str:
    """What stands before the last `</think>`, or behind a `<think>` that is never closed."""
    before, closing, _ = response.rpartition(thinking.CLOSED)
    thoughts = before if closing else response.partition(thinking.OPENED)[2]
    return thoughts.removeprefix(thinking.OPENED).strip()


def _answer(response: str) -> str:
    return (thinking.spoken(response) or "").strip()


PARTS = {"response": _response, "thoughts": _thoughts, "answer": _answer}
