"""What is asked of a model and what it says: `Prompt` and `Sampling` in, `Completion` out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verifier.v1 import verifier_pb2 as pb

Content: TypeAlias = "str | list[dict[str, Any]]"
"""A text to go on from, or the messages of a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One problem to sample responses for."""

    name: str
    """The group of its responses."""
    content: Content
    task: Mapping[str, Any] | None = None
    """As records have it; None where responses cannot be judged without a file of golds."""
    wire_task: pb.Task | None = None
    """The same, ready to be sent."""
    domain: str | None = None
    difficulty: str | None = None
    place: str = ""
    """`FILE:LINE`, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How tokens are drawn. Every value is sent, so that no default of a server goes unrecorded."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = -1
    """-1: all tokens."""
    max_tokens: int | None = None
    """None: what the model's window leaves."""
    stop: tuple[str, ...] = ()
    seed: int | None = None
    """Of the first sample of a prompt; the next ones count up from it. None: chance."""
    logprobs: bool = False
    """Whether completions carry the log-probability of each of their tokens."""

    def of_sample(self, index: int) -> Sampling:
        """For one sample of a prompt: with the same seed for all, they would be the same."""
        return self if self.seed is None else replace(self, seed=self.seed + index)

    def to_json(self) -> dict[str, Any]:
        """What records say about it."""
        return asdict(self) | {"stop": list(self.stop)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One response."""

    text: str
    """Without the thoughts that a server split off."""
    reasoning: str | None = None
    """Those; None where there are none, or they stand in the text."""
    finish_reason: str = ""
    """`length` where it was cut off."""
    tokens: int | None = None
    prompt_tokens: int | None = None
    logprobs: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What was sampled from."""

    model: str
    engine: str
    """Name and version of the program that ran it, as far as it says."""


class Sampler(Protocol):
    """A model that can be sampled from."""

    @property
    def source(self) -> Source:
        """What it is."""

    async def sample(self, content: Content, sampling: Sampling) -> Completion:
        """One response. May be called again while others are under way.

        Raises:
            Refused: this prompt is not to be had; others may be.
            SamplerError: nothing is to be had.
        """


@dataclass(frozen=True, slots=True)
class Sample:
    """What became of one sample that was asked for: a completion, or the reason why there is none."""

    prompt: Prompt
    index: int
    sampling: Sampling
    completion: Completion | None
    refusal: str = ""

    @property
    def id(self) -> str:
        """The name of its record."""
        return sample_id(self.prompt.name, self.index)


def sample_id(group: str, index: int) -> str:
    """The name of the record of one sample of a prompt."""
    return f"{group}/{index}"
