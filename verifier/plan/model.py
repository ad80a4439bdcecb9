"""What was measured, what is asked for, and what that takes. Frozen; the profile is also a file.

A profile in JSON is `Profile` field by field: seconds are seconds of one processor core, memory is in MiB.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

Seconds = Annotated[float, Field(ge=0)]
MATH = "math"
"""The kind of rollout that is an answer; every other kind is a language."""


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cost(_Fact):
    """Processor time of one thing."""

    server_seconds: Seconds
    """In the server process, of which there is one core at most for each process."""
    jail_seconds: Seconds = 0.0
    """In jails, their keepers and compilers, on any core."""

    @property
    def seconds(self) -> float:
        """Of any core."""
        return self.server_seconds + self.jail_seconds

    def __add__(self, other: Cost) -> Cost:
        """Both, one after the other."""
        return Cost(
            server_seconds=self.server_seconds + other.server_seconds,
            jail_seconds=self.jail_seconds + other.jail_seconds,
        )

    def __mul__(self, times: float) -> Cost:
        """That often, or that share of it."""
        return Cost(server_seconds=self.server_seconds * times, jail_seconds=self.jail_seconds * times)


NOTHING = Cost(server_seconds=0.0)


class Answers(_Fact):
    """What a math answer takes."""

    plain: Cost
    """Decided at a glance: numbers, fractions, equal texts."""
    symbolic: Cost
    """What has to be given to the algebra system."""


class Programs(_Fact):
    """What a program of one language takes, beside what it computes itself."""

    submission: Cost
    """Its jail, and its compiler: nothing is in the cache."""
    test: Cost
    """One run: a process, its input and its output."""


class Memory(_Fact):
    """What is in use before any program asks for memory."""

    server_mib: Annotated[float, Field(gt=0)]
    """One server process, after work."""
    slot_mib: Annotated[float, Field(gt=0)]
    """What one slot keeps ready."""


class Provenance(_Fact):
    """Where the numbers are from."""

    when: str
    machine: str
    cores: int
    busy_cores: float
    """Load of the machine meanwhile, with what was measured: a busy machine makes numbers larger."""
    kernel: str
    isolation: str
    package: str


class Profile(_Fact):
    """What one machine was measured to take (`verifier profile`)."""

    format: Literal[1] = 1
    measured: Provenance
    start: Cost
    """From nothing to the first verdict."""
    start_wall_seconds: Annotated[float, Field(gt=0)]
    memory: Memory
    answers: Answers
    programs: Annotated[dict[str, Programs], Field(min_length=1)]
    """By language."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What one step of training asks for."""

    rollouts: int = 8192
    step_seconds: float = 300.0
    """In which a step's rollouts have to be judged; steps follow each other."""
    mix: Mapping[str, float] = field(default_factory=lambda: {MATH: 0.5, "python": 0.5})
    """Shares of the rollouts by kind, which add up to 1."""
    symbolic: float = 0.1
    """Share of the math answers that need algebra."""
    tests: float = 15.0
    """Tests that a program runs, on average: with `scoring` `all` it stops at the first that fails."""
    test_seconds: float = 0.05
    """Processor time of the program itself in one test."""
    timeouts: float = 0.03
    """Share of the programs that run into the limit, once."""
    limit_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class PodShape:
    """A pod, as the chart's values have it."""

    cores: int = 4
    processes: int = 1
    jail_mib: int = 1024
    files_mib: int = 384
    service_mib: int = 512
    cache_mib: int = 256
    tmp_mib: int = 256

    @property
    def memory_mib(self) -> int:
        """What the chart's budget wants as the limit: every jail full at once."""
        jails = self.cores * (self.jail_mib + self.files_mib)
        return jails + self.processes * (self.service_mib + self.cache_mib) + self.tmp_mib


@dataclass(frozen=True, slots=True)
class Prices:
    """For an hour, in any currency."""

    core: float = 0.0316
    """As one large cloud lists general machines on demand (N2, us-central1); yours will differ."""
    gib: float = 0.0042


@dataclass(frozen=True, slots=True)
class Plan:
    """What a workload takes."""

    pods: int
    pod: PodShape
    step: Cost
    """Of all rollouts of a step."""
    cores: float
    """Busy on average, before room is left for bursts."""
    burst_seconds: float
    """Until the last verdict where a whole step arrives at once."""
    resident_mib: float
    """Expected in one pod, where programs are small; the limit is `pod.memory_mib`."""
    streams: int
    """That clients have to hold for every pod to get work."""
    hour_price: float
    step_price: float
