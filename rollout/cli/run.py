"""`rollout run`: samples and judges at the same time, and writes what `rollout score` would."""

from __future__ import annotations

import contextlib
import json
import time
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from rollout.cli import options
from rollout.cli import sampling as wanted
from rollout.cli.exits import ALL_JUDGED, SOME_UNJUDGED, exits, run
from rollout.cli.progress import progress_bar
from rollout.cli.sample import refuse
from rollout.cli.service import working_with
from rollout.errors import InputError, Problem, Unreachable
from rollout.report.summary import Tally
from rollout.report.terminal import show
from rollout.sampling.loop import judged
from rollout.sampling.records import record_text
from rollout.sampling.resume import sampled_before
from rollout.sampling.stream import sampled
from rollout.scoring.lines import read_score, scored_line
from rollout.scoring.output import opened_output, partial_of
from rollout.scoring.plan import check_against
from rollout.tasks.table import needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rollout.client import Client
    from rollout.sampling.model import Prompt, Sampler
    from rollout.scoring.output import Output
    from rollout.tasks.table import Need


@wanted.asks
def run_prompts(request: wanted.Request, target: options.Target = None) -> None:
    """Sample responses, and judge each while others are being written.

    Example: rollout run aime25.parquet --server http://127.0.0.1:8000/v1 -n 8 -o scored.jsonl

    There is one scored line for each response, in the order in which they are judged.

    Exit codes: 0 all judged, 1 some refused or unjudged, 2 bad usage or bad input, 3 unreachable.
    """
    console = Console(stderr=True)
    with exits():
        loop = Loop(request, request.read(), console)
        needed = _needed(loop.prompts)
        run(working_with(target, lambda client: loop.run(client, needed)))
    summary = loop.tally.summary(time.monotonic() - loop.began_seconds)
    if request.as_json:
        typer.echo(json.dumps(summary.to_json() | {"refused": loop.refused}))
    if console.is_terminal or not request.as_json:
        show(summary, console)
    raise typer.Exit(SOME_UNJUDGED if summary.unjudged or loop.refused else ALL_JUDGED)


class Loop:
    """One run, and what it adds up to."""

    def __init__(self, request: wanted.Request, prompts: tuple[Prompt, ...], console: Console) -> None:
        """Nothing runs yet."""
        self.prompts = prompts
        self.tally = Tally()
        self.refused = 0
        self.began_seconds = time.monotonic()
        self._request = request
        self._console = console
        self._through = 0

    async def run(self, client: Client, needed: dict[Need, str]) -> None:
        """Ask the service what it can, open the model, and let both work."""
        capabilities = await client.introduce(
            connect_seconds=options.CONNECT_SECONDS, answer_seconds=options.FIRST_ANSWER_SECONDS
        )
        check_against(needed, capabilities)
        async with wanted.opened_sampler(self._request) as sampler:
            with (
                opened_output(self._request.out, resume=self._request.resume) as output,
                progress_bar(
                    len(self.prompts) * self._request.n, self._console, "sampling and judging"
                ) as progressed,
            ):
                await self._all(client, sampler, output, progressed)

    async def _all(
        self, client: Client, sampler: Sampler, output: Output, progressed: Callable[[int], None]
    ) -> None:
        request = self._request
        samples = sampled(
            sampler,
            self.prompts,
            request.sampling,
            n=request.n,
            in_flight=request.in_flight,
            done=self._done(output, sampler),
        )
        async with contextlib.aclosing(judged(samples, client)) as rollouts:
            async for rollout in rollouts:
                if rollout.score is None:
                    refuse(rollout.sample)
                    self.refused += 1
                else:
                    if rollout.score.failure_kind == Unreachable.kind:
                        await client.capabilities()  # raises where this is more than one lost item
                    text = record_text(rollout.sample, sampler.source)
                    output.write(scored_line(text, rollout.score))
                    self.tally.add(rollout.sample.prompt.name, rollout.score)
                self._through += 1
                progressed(self._through)

    def _done(self, output: Output, sampler: Sampler) -> set[str]:
        """What an earlier run wrote, counted."""
        request, done = self._request, set()
        place = str(partial_of(request.out or ""))
        lines = output.earlier()
        for record in sampled_before(lines, place, self.prompts, request.n, request.sampling, sampler.source):
            score = read_score(record)
            if score is None:
                raise InputError([Problem(place, f"{record['id']}: not written by rollout run")])
            self.tally.add(record["group"], score)
            done.add(record["id"])
        self._through = len(done)
        return done


def _needed(prompts: Iterable[Prompt]) -> dict[Need, str]:
    """What the service must know, each with the prompt that needs it first.

    Raises:
        InputError: a prompt has no task.
    """
    needed: dict[Need, str] = {}
    problems = []
    for prompt in prompts:
        if prompt.wire_task is None:
            problems.append(Problem(prompt.place, "no task and no gold: nothing to judge responses by"))
        else:
            for need in needs(prompt.wire_task):
                needed.setdefault(need, prompt.place)
    if problems:
        raise InputError(problems[:20])
    return needed
