"""Runs the hack corpus against a service: hacks must score nothing, their honest twins everything.

Any service that speaks the contract will do. Where test and candidate share a process, hacks may pay: those
are told apart, and named.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollout.access import Access
from rollout.client import Client
from rollout.embedded import embedded
from rollout.model import Score, Trace
from rollout.tasks.table import parse_task
from verifier.redteam.hacks import reading
from verifier.redteam.hacks.table import HACKS, PAYING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from verifier.redteam.hacks.model import Hack, Style

_SHARED = "SAME_PROCESS"
_CPU_SECONDS = 2
"""For programs that double a number; hacks that hang are waited for so long."""
_COMPILE_SECONDS = 10
"""Java's compiler takes three; templates without end are waited for so long."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one hack got in one style, and its twin beside it. Scores are None where nothing was judged."""

    hack: str
    kind: int
    style: str
    language: str
    score: float | None
    verdict: str
    assurance: str
    twin_score: float | None
    detail: str
    """Of the hack, or of the twin where that one failed."""

    @property
    def pays(self) -> bool:
        """Whether the hack was rewarded."""
        return bool(self.score)

    @property
    def outcome(self) -> str:
        """`held`, `pays, as stated`, or what is wrong."""
        if self.score is None or self.twin_score is None:
            return "not judged"
        if self.twin_score != 1:
            return "twin refused"
        if not self.pays:
            return "held"
        known = self.assurance == _SHARED and self.hack in PAYING
        return "pays, as stated" if known else "pays"

    @property
    def holds(self) -> bool:
        """Whether everything is as promised."""
        return self.outcome in ("held", "pays, as stated")


def run(
    target: str | None,
    hacks: Sequence[Hack] = HACKS,
    access: Access = Access(),  # noqa: B008  # frozen
) -> list[Result]:
    """Run hacks and twins.

    Args:
        target: `HOST:PORT` or `unix:PATH` of a service; None starts a private one.
        hacks: the corpus.
        access: what to show to a service that was named; a private one asks for nothing.

    Raises:
        rollout.errors.RolloutError: the service could not be reached or started.
    """
    return asyncio.run(_run(target, hacks, access))


async def _run(target: str | None, hacks: Sequence[Hack], access: Access) -> list[Result]:
    pairs = [(hack, style) for hack in hacks for style in hack.styles]
    traces = [trace for hack, style in pairs for trace in _traces(hack, style)]
    async with _client(target, access) as client:
        answers = {answer.index: answer.score async for answer in client.verify_stream(traces)}
    return [
        _result(hack, style, answers[2 * number], answers[2 * number + 1])
        for number, (hack, style) in enumerate(pairs)
    ]


@contextlib.asynccontextmanager
async def _client(target: str | None, access: Access) -> AsyncIterator[Client]:
    async with contextlib.AsyncExitStack() as stack:
        if target is None:
            target, access = (await stack.enter_async_context(embedded())).target, Access()
        yield await stack.enter_async_context(Client(target, access=access))


def _traces(hack: Hack, style: Style) -> list[Trace]:
    task = parse_task(
        {
            "verifier": "code",
            "language": style.language,
            "tests": dict(style.tests),
            "checker": style.checker,
            "interactor": style.interactor,
            "limits": {"cpu_seconds": _CPU_SECONDS, "compile_seconds": _COMPILE_SECONDS},
        }
    )
    fence = f"```{style.language}\n"
    programs = reading.read(hack.name)
    return [
        Trace(f"{fence}{program}{style.tail}```\n", task, id=f"{hack.name}/{style.name}")
        for program in programs
    ]


def _result(hack: Hack, style: Style, got: Score, twin: Score) -> Result:
    blamed = got if twin.score == 1 else twin
    return Result(
        hack=hack.name,
        kind=hack.kind,
        style=style.name,
        language=style.language,
        score=got.score,
        verdict=got.verdict.name,
        assurance=(got.assurance or "").removeprefix("ASSURANCE_"),
        twin_score=twin.score,
        detail=blamed.detail or blamed.failure_reason or "",
    )


def to_json(result: Result) -> dict[str, object]:
    """A result as a JSON object."""
    return {**dataclasses.asdict(result), "outcome": result.outcome}
