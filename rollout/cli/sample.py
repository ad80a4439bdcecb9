"""`rollout sample`: responses of a model, as records that `rollout score` reads."""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from rollout.cli import sampling as wanted
from rollout.cli.exits import ALL_JUDGED, SOME_UNJUDGED, exits, run
from rollout.cli.progress import progress_bar
from rollout.sampling.records import record_text
from rollout.sampling.resume import sampled_before
from rollout.sampling.stream import sampled
from rollout.scoring.output import opened_output, partial_of

if TYPE_CHECKING:
    from rollout.sampling.model import Prompt, Sample


@wanted.asks
def sample(request: wanted.Request) -> None:
    """Sample responses of a model.

    Example: rollout sample aime25.parquet --server http://127.0.0.1:8000/v1 -n 8 -o traces.jsonl

    There is one record for each response, in the order in which they finish. OUT appears when all are there.

    Exit codes: 0 all sampled, 1 the model refused some, 2 bad usage or bad input, 3 server unreachable.
    """
    console = Console(stderr=True)
    with exits():
        summary = run(_sample(request, request.read(), console))
    typer.echo(json.dumps(summary) if request.as_json else _said(summary), err=not request.as_json)
    raise typer.Exit(SOME_UNJUDGED if summary["refused"] else ALL_JUDGED)


async def _sample(request: wanted.Request, prompts: tuple[Prompt, ...], console: Console) -> dict[str, Any]:
    began, counts = time.monotonic(), Counter[str]()
    name = request.out or ""
    async with wanted.opened_sampler(request) as sampler:
        with (
            opened_output(request.out, resume=request.resume) as output,
            progress_bar(len(prompts) * request.n, console, "sampling") as progressed,
        ):
            done = set()
            earlier = sampled_before(
                output.earlier(), str(partial_of(name)), prompts, request.n, request.sampling, sampler.source
            )
            for record in earlier:
                done.add(record["id"])
                counts.update(samples=1, truncated=record["truncated"])
            through = len(done)
            samples = sampled(
                sampler, prompts, request.sampling, n=request.n, in_flight=request.in_flight, done=done
            )
            async with contextlib.aclosing(samples):
                async for one in samples:
                    if one.completion is None:
                        refuse(one)
                        counts["refused"] += 1
                    else:
                        output.write(record_text(one, sampler.source))
                        counts.update(samples=1, truncated=one.completion.finish_reason == "length")
                    through += 1
                    progressed(through)
    return {
        "prompts": len(prompts),
        "samples": counts["samples"],
        "truncated": counts["truncated"],
        "refused": counts["refused"],
        "seconds": time.monotonic() - began,
    }


def refuse(sample: Sample) -> None:
    """Say which prompt the model did not take, and why."""
    typer.echo(f"{sample.prompt.place}: {sample.id}: refused: {sample.refusal}", err=True)


def _said(summary: dict[str, Any]) -> str:
    return (
        f"{summary['samples']} samples of {summary['prompts']} prompts, {summary['truncated']} cut off, "
        f"{summary['refused']} refused, {summary['seconds']:.1f} s"
    )
