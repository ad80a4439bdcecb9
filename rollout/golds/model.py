"""What a file of golds, prompts or tests says about one problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verifier.v1 import verifier_pb2 as pb


@dataclass(frozen=True, slots=True)
class Problem:
    """One row: a task, a prompt, or both."""

    id: str
    """By what its row calls it, else by where it stands."""
    task: Mapping[str, Any] | None = None
    """As records have it; None where the row has a prompt only."""
    gold: Any = None
    """As the file has it, for those who look for mistakes in files."""
    prompt: Any = None
    """A text or a list of chat messages."""
    domain: str | None = None
    difficulty: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """A problem that traces are joined to, with its task ready to be sent."""

    problem: Problem
    task: pb.Task | None


@dataclass(frozen=True, slots=True)
class Golds:
    """Problems by the value that traces name them by."""

    problems: Mapping[str, Joined]
    trace_path: tuple[str, ...]
    """Where a trace has that value; empty: where its format has it."""
