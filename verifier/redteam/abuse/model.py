"""What the abuse corpus is made of, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Abuse:
    """A program that attacks its jail, its judge or its neighbours instead of solving anything."""

    name: str
    """Its file in `programs`."""
    inputs: tuple[bytes, ...] = (b"", b"")
    """One for each run in its jail: later runs look for what earlier ones left."""
    beside: tuple[bytes, ...] = ()
    """Inputs of a second submission of it that runs at the same time; none where one is enough."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the head of a program says of it."""

    does: str
    verdicts: frozenset[str]
    """Names of the verdicts that contain it. ACCEPTED: it tried everything, got nowhere, and said so."""
    gone: str
    """What must not remain afterwards."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one abuse came to in one place."""

    situation: str
    launch: str
    abuse: str
    verdict: str
    """That of its first submission; empty where there is none."""
    problems: tuple[str, ...]
    """Everything that is not as it has to be, in words."""
    seconds: float

    @property
    def contained(self) -> bool:
        """Whether all is well."""
        return not self.problems
