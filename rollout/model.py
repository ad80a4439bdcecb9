"""What is judged and what comes of it: `Trace` in, `Score` out.

Tasks are the messages of the contract themselves (`verifier.v1`), because a third copy of their shapes would
only drift; `rollout.traces.tasks` makes them from plain mappings.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verifier.v1 import verifier_pb2 as pb


class Verdict(enum.Enum):
    """What the candidate's answer did; UNJUDGED where nobody can say."""

    ACCEPTED = "ACCEPTED"
    WRONG_ANSWER = "WRONG_ANSWER"
    NO_ANSWER = "NO_ANSWER"
    COMPILE_ERROR = "COMPILE_ERROR"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    TIME_LIMIT = "TIME_LIMIT"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    OUTPUT_LIMIT = "OUTPUT_LIMIT"
    IDLE_LIMIT = "IDLE_LIMIT"
    REJECTED = "REJECTED"
    UNJUDGED = "UNJUDGED"


@dataclass(frozen=True, slots=True)
class Trace:
    """One sampled response and the task it answers."""

    response: str
    """The model's whole text."""
    task: pb.Task
    """What to judge it against. Not to be changed afterwards: it is shared by content."""
    id: str = ""
    """The caller's name for it; may repeat."""
    group: str | None = None
    """What it was sampled for, such as a prompt; None: it is its own group."""
    finish_reason: str = ""
    """Why the model stopped (`stop`, `length`, ...)."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What judging used."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int = 0
    queued_seconds: float = 0.0
    limits_mode: str | None = None
    """How limits were enforced (`CGROUP_V2`, `CGROUP_V1`, `RLIMIT`); None where nothing ran in a jail."""


@dataclass(frozen=True, slots=True)
class CaseScore:
    """What one test did."""

    index: int
    verdict: Verdict
    usage: Usage
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Versions:
    """What judged."""

    ruleset: str = ""
    package: str = ""
    toolchain: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """The outcome of one trace.

    Either it was judged, and `score` and `correct` are set, or it was not, and `failure_kind` and
    `failure_reason` are: never both, and an outage is never a score of 0.
    """

    verdict: Verdict
    score: float | None = None
    """In [0, 1]; None when unjudged: a trainer leaves the sample out."""
    correct: bool | None = None
    """Whether the answer is right, apart from any shaping of the score. Group statistics use this."""
    terms: Mapping[str, float] = field(default_factory=dict)
    """Named numbers beside the score: penalties and gates."""
    extracted: str = ""
    """The answer or code that was found in the response."""
    detail: str = ""
    failure_kind: str | None = None
    """Why there is no judgement: a status in lower case, or `invalid_task`, `starved`, `unreachable`."""
    failure_reason: str | None = None
    assurance: str | None = None
    """How hard the verdict is to forge, by its name in the contract."""
    cases: tuple[CaseScore, ...] = ()
    usage: Usage | None = None
    versions: Versions | None = None

    @property
    def judged(self) -> bool:
        """Whether the service reached a verdict."""
        return self.verdict is not Verdict.UNJUDGED


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a stream: the score of the trace at this position of what was sent."""

    index: int
    score: Score


@dataclass(frozen=True, slots=True)
class Clusters:
    """Answers grouped by equivalence, for voting. Numbers are positions in the request."""

    members: tuple[tuple[int, ...], ...]
    """Largest group first."""
    representatives: tuple[str, ...]
    """One answer of each group, as extracted."""
    unanswered: tuple[int, ...]
    """Responses in which no answer was found."""
