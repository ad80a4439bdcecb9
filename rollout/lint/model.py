"""What is looked at, what is found, and what a rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Item:
    """A problem, or a response to one."""

    file: str
    place: str
    """`FILE:LINE`."""
    id: str
    group: str
    """Of its problem."""
    first_of_group: bool
    """What is wrong with a problem is said once, and not for each of its responses."""
    task: Mapping[str, Any] | None
    gold: Any
    """As the file has it, before it is made text."""
    prompt: Any
    response: str | None
    """None for a problem without one."""
    finish_reason: str | None

    @property
    def golds(self) -> tuple[str, ...]:
        """The golds of its task, as text; none where it has tests."""
        answer = (self.task or {}).get("answer")
        golds = answer if isinstance(answer, list) else [answer]
        return tuple(str(gold) for gold in golds if gold is not None)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at."""

    place: str
    reason: str


class Rule(Protocol):
    """Something to look for. A new one is made for each run; it sees every item once, in order."""

    name: str
    meaning: str
    """Why it matters, in one line."""

    def look(self, item: Item) -> Iterator[Finding]:
        """What is wrong with this item."""

    def conclude(self) -> Iterator[Finding]:
        """What is wrong with all of them together."""


class Alone:
    """What rules share that look at each item by itself."""

    def conclude(self) -> Iterator[Finding]:
        """Nothing."""
        return iter(())
