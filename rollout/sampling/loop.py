"""Samples and verifies at the same time: each response is judged while others are still being written.

A slow verifier slows sampling down, and a slow model leaves the verifier idle: neither is run ahead of. So is
whoever takes what comes out.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.errors import SamplerError
from rollout.sampling.records import trace_of
from rollout.sampling.stream import IN_FLIGHT, sampled

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable

    from rollout.client import Client
    from rollout.model import Score, Trace
    from rollout.sampling.model import Prompt, Sample, Sampler, Sampling
    from verifier.v1 import verifier_pb2 as pb


@dataclass(frozen=True, slots=True)
class Rollout:
    """One sample and its score; a refused sample has none."""

    sample: Sample
    score: Score | None


@dataclass(frozen=True, slots=True)
class RolloutGroup:
    """All samples of one prompt, in the order of their numbers."""

    prompt: Prompt
    members: tuple[Rollout, ...]

    @property
    def rewards(self) -> list[float | None]:
        """None for members that were refused or not judged: they are to be left out."""
        return [None if one.score is None else one.score.score for one in self.members]

    @property
    def correct(self) -> list[bool | None]:
        """The same for `rollout.rewards`, which counts what is right."""
        return [None if one.score is None else one.score.correct for one in self.members]


async def rollout_groups(
    sampler: Sampler,
    client: Client,
    prompts: Iterable[Prompt],
    sampling: Sampling,
    *,
    n: int,
    in_flight: int = IN_FLIGHT,
    options: pb.Options | None = None,
) -> AsyncGenerator[RolloutGroup, None]:
    """Groups as they become whole; prompts are drawn as the model has room for them.

    Args:
        sampler: the policy.
        client: of the verifier.
        prompts: with tasks; may be endless.
        sampling: how.
        n: members of a group.
        in_flight: samples asked for and not taken yet, at most.
        options: for judging.

    Raises:
        SamplerError: nothing is to be had any more; what was sampled before came out, judged.
    """
    begun: dict[str, list[Rollout]] = {}
    samples = sampled(sampler, prompts, sampling, n=n, in_flight=in_flight)
    async with contextlib.aclosing(judged(samples, client, options=options)) as rollouts:
        async for rollout in rollouts:
            prompt = rollout.sample.prompt
            members = begun.setdefault(prompt.name, [])
            members.append(rollout)
            if len(members) == n:
                del begun[prompt.name]
                yield RolloutGroup(prompt, tuple(sorted(members, key=lambda one: one.sample.index)))


async def judged(
    samples: AsyncGenerator[Sample, None], client: Client, *, options: pb.Options | None = None
) -> AsyncGenerator[Rollout, None]:
    """Every sample with its score, as scores come in.

    Args:
        samples: drawn as the verifier takes them; closed at the end.
        client: of the verifier.
        options: for judging.

    Raises:
        SamplerError: `samples` did; what it gave before came out, judged.
    """
    intake = _Intake(samples)
    async with contextlib.aclosing(samples):
        answers = client.verify_stream(intake.traces(), options=options)
        async with contextlib.aclosing(answers):
            async for answer in answers:
                for refused in intake.refused():
                    yield Rollout(refused, None)
                yield Rollout(intake.take(answer.index), answer.score)
    for refused in intake.refused():
        yield Rollout(refused, None)
    if intake.failure is not None:
        raise intake.failure


class _Intake:
    """Samples on their way to the verifier; refused ones have no way to go."""

    def __init__(self, samples: AsyncIterator[Sample]) -> None:
        self.failure: SamplerError | None = None
        self._samples = samples
        self._sent: dict[int, Sample] = {}
        self._refused: list[Sample] = []

    async def traces(self) -> AsyncIterator[Trace]:
        """Ends where the samples do, or fail: what was sent before is judged all the same."""
        index = 0
        try:
            async for sample in self._samples:
                if sample.completion is None:
                    self._refused.append(sample)
                    continue
                self._sent[index] = sample
                index += 1
                yield trace_of(sample)
        except SamplerError as failure:
            self.failure = failure

    def take(self, index: int) -> Sample:
        return self._sent.pop(index)

    def refused(self) -> list[Sample]:
        refused, self._refused = self._refused, []
        return refused
