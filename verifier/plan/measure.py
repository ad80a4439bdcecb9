"""Measures what judging takes on this machine, with a private service and the real client.

Only processor time counts, of the service and its jails: a busy machine makes this slower and the numbers
somewhat larger, not wrong. The client's own time is nobody's.
"""

from __future__ import annotations

import itertools
import os
import platform
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToDict

from rollout.client import Client
from rollout.embedded import SERVE, embedded
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from sandbox.languages.table import LANGUAGES
from verifier.plan import processes
from verifier.plan.errors import CannotPlan
from verifier.plan.model import Answers, Cost, Memory, Profile, Programs, Provenance
from verifier.version import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from rollout.embedded import Embedded

ROUNDS = 3
"""The median of so many: one disturbed round moves nothing."""
ROUND_SECONDS = 2.0
"""Of processor time in one round, so that the 10 ms of the kernel's clock do not show."""
LEAST, MOST = 3, 5000
"""Items of a round."""
FEW, MANY = 1, 11
"""Tests: a program with many, less one with few, is what tests take."""
GROUP = 8
"""Answers to one task, as trainers sample them."""
WITHOUT_CACHE = ("env", "VERIFIER_COMPILE_CACHE_BYTES=0", "VERIFIER_PROCESSES=1", *SERVE)
"""Each program is compiled, as different ones are."""


def plain_answer(number: int) -> Trace:
    """One that is decided at a glance."""
    task = parse_task({"verifier": "math", "answer": str(number // GROUP)})
    return Trace(f"Adding up, number {number} gives \\boxed{{{number // GROUP}}}.", task)


def symbolic_answer(number: int) -> Trace:
    """One that takes algebra, with coefficients as in textbooks."""
    more, root = divmod(number, 50)
    task = parse_task({"verifier": "math", "answer": f"x^2+{2 * root}x+{root**2 + more}"})
    return Trace(f"It is \\boxed{{(x+{root})^2+{more}}}.", task)


def program(language: str, tests: int) -> Callable[[int], Trace]:
    """The language's own proof, with other inputs each time: equal questions would be judged once."""
    hello = LANGUAGES[language].hello

    def make(number: int) -> Trace:
        names = [f"w{number}n{test}".encode() for test in range(tests)]
        task = parse_task(
            {
                "verifier": "code",
                "language": language,
                "tests": {
                    "inputs": [hello.input.replace(b"world", name).decode() for name in names],
                    "outputs": [hello.output.replace(b"world", name).decode() for name in names],
                },
            }
        )
        return Trace(f"```{language}\n{hello.source}\n```", task)

    return make


@dataclass(slots=True)
class Bench:
    """A running service, and who asks it."""

    service: Embedded
    client: Client
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def cost(self, make: Callable[[int], Trace]) -> Cost:
        """What one item takes: the median of some rounds."""
        pilot = await self._round(make, LEAST)  # warms up, too
        count = int(min(MOST, max(LEAST, ROUND_SECONDS / max(pilot.seconds, 1e-6))))
        rounds = [await self._round(make, count) for _ in range(ROUNDS)]
        return sorted(rounds, key=lambda cost: cost.seconds)[len(rounds) // 2]

    async def _round(self, make: Callable[[int], Trace], count: int) -> Cost:
        traces = [make(next(self._numbers)) for _ in range(count)]
        before = processes.used(self.service.pid)
        async for answer in self.client.verify_stream(traces):
            if answer.score.verdict is not Verdict.ACCEPTED:
                raise CannotPlan(f"a right answer was not accepted: {answer.score.detail or answer.score}")
        after = processes.used(self.service.pid)
        return _cost(
            (after.own_seconds - before.own_seconds) / count,
            (after.below_seconds - before.below_seconds) / count,
        )


async def measure(languages: Collection[str], say: Callable[[str], None]) -> Profile:
    """Measure this machine.

    Args:
        languages: of programs; empty for all that are installed.
        say: told what is measured now.

    Raises:
        CannotPlan: a language is not installed, or a right answer was not accepted.
        rollout.errors.RolloutError: no service starts here.
    """
    load = _load()
    say("start")
    began = time.monotonic()
    async with embedded(WITHOUT_CACHE) as service, Client(service.target) as client:
        bench = Bench(service, client)
        await client.verify(program("python", FEW)(0))
        start_wall_seconds = time.monotonic() - began
        start = processes.used(service.pid)
        capabilities = MessageToDict(await client.capabilities(), preserving_proto_field_name=True)
        chosen = _installed(capabilities, languages)
        say("math")
        plain, symbolic = await bench.cost(plain_answer), await bench.cost(symbolic_answer)
        programs = {}
        for language in chosen:
            say(language)
            programs[language] = await _programs(bench, language)
        server_mib, jails_mib = processes.memory_mib(service.pid)
        return Profile(
            measured=_provenance(capabilities, (load + _load()) / 2),
            start=_cost(start.own_seconds, start.below_seconds),
            start_wall_seconds=round(start_wall_seconds, 2),
            memory=Memory(
                server_mib=round(server_mib, 1), slot_mib=round(jails_mib / max(1, capabilities["slots"]), 1)
            ),
            answers=Answers(plain=plain, symbolic=symbolic),
            programs=programs,
        )


async def _programs(bench: Bench, language: str) -> Programs:
    few = await bench.cost(program(language, FEW))
    many = await bench.cost(program(language, MANY))
    server = (many.server_seconds - few.server_seconds) / (MANY - FEW)
    jail = (many.jail_seconds - few.jail_seconds) / (MANY - FEW)
    return Programs(
        submission=_cost(few.server_seconds - FEW * server, few.jail_seconds - FEW * jail),
        test=_cost(server, jail),
    )


def _cost(server_seconds: float, jail_seconds: float) -> Cost:
    """With as many digits as the kernel's clock is good for; what is lost in noise is nothing, not less."""
    return Cost(
        server_seconds=round(max(0.0, server_seconds), 6), jail_seconds=round(max(0.0, jail_seconds), 6)
    )


def _installed(capabilities: Mapping[str, Any], wanted: Collection[str]) -> list[str]:
    here = [each["name"] for each in capabilities["languages"] if each.get("available")]
    if missing := set(wanted) - set(here):
        raise CannotPlan(f"not installed here: {', '.join(sorted(missing))}")
    return [name for name in here if name in wanted or not wanted]


def _provenance(capabilities: Mapping[str, Any], load: float) -> Provenance:
    modes = (capabilities["isolation"][name] for name in ("launch_mode", "limits_mode"))
    return Provenance(
        when=datetime.now(UTC).date().isoformat(),  # noqa: TID251 - a date, for people
        machine=_machine(),
        cores=len(os.sched_getaffinity(0)),
        busy_cores=round(load, 1),
        kernel=platform.release(),
        isolation=", ".join(modes),
        package=PACKAGE,
    )


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine()
    )


def _load() -> float:
    return os.getloadavg()[0]
