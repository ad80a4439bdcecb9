"""Many samples at once: a bounded number is asked for ahead of whoever takes them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rollout.errors import Refused
from rollout.sampling.model import Sample, sample_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Container, Iterable, Iterator

    from rollout.sampling.model import Prompt, Sampler, Sampling

IN_FLIGHT = 128
"""Engines batch some hundred sequences; more would wait there."""


async def sampled(
    sampler: Sampler,
    prompts: Iterable[Prompt],
    sampling: Sampling,
    *,
    n: int,
    in_flight: int = IN_FLIGHT,
    done: Container[str] = frozenset(),
) -> AsyncGenerator[Sample, None]:
    """Sample `n` responses of each prompt; they come as they finish.

    Each is a request of its own: one that was cut off costs no others, short ones do not wait for long ones,
    and engines compute the prompt they share once. While nobody takes what is finished, nothing new begins.

    Args:
        sampler: the model.
        prompts: drawn as they are needed.
        sampling: how; the seed counts up within a prompt.
        n: responses of each prompt.
        in_flight: asked for and not taken yet, at most.
        done: ids that are not to be sampled again.

    Raises:
        SamplerError: nothing is to be had any more.
    """
    wanted = _wanted(prompts, n, done)
    running: set[asyncio.Task[Sample]] = set()
    finished: set[asyncio.Task[Sample]] = set()
    try:
        while True:
            while len(running) < in_flight and (one := next(wanted, None)) is not None:
                running.add(asyncio.create_task(_one(sampler, *one, sampling)))
            if not running:
                return
            finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        # Those that finished together with a failure may have failed, too: nobody else asks them.
        await asyncio.gather(*running, *finished, return_exceptions=True)


def _wanted(prompts: Iterable[Prompt], n: int, done: Container[str]) -> Iterator[tuple[Prompt, int]]:
    for prompt in prompts:
        for index in range(n):
            if sample_id(prompt.name, index) not in done:
                yield prompt, index


async def _one(sampler: Sampler, prompt: Prompt, index: int, sampling: Sampling) -> Sample:
    own = sampling.of_sample(index)
    try:
        return Sample(prompt, index, own, await sampler.sample(prompt.content, own))
    except Refused as refusal:
        return Sample(prompt, index, own, None, str(refusal))
