"""A rolling upgrade as the chart does it, rehearsed here: a new server is ready before an old one is stopped.

Servers stand behind one name, and the real client keeps them busy all the while. Every time of the chart is
shortened by the same factor.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import helm_python
import pytest

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from tests.helm.chart import CHART, Chart

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

FASTER = 20
"""How much shorter all times are than the chart's."""
HANG_SECONDS = 900
PROGRAM = parse_task(
    {"verifier": "code", "language": "python", "tests": {"inputs": ["4", "5"], "outputs": ["16", "25"]}}
)
HALF = parse_task({"verifier": "math", "answer": "\\frac{1}{2}"})
SLOW = "x = 0\nfor i in range(3_000_000):\n    x += i\n"
"""Some tenths of a second: there is always one in progress when a server is told to stop."""
KINDS: tuple[tuple[Verdict, str, Any], ...] = (
    (Verdict.ACCEPTED, "It is \\boxed{{0.5}}, attempt {0}.", HALF),
    (Verdict.WRONG_ANSWER, "It is \\boxed{{2}}, attempt {0}.", HALF),
    (Verdict.ACCEPTED, "```python\n" + SLOW + "print(int(input()) ** 2)  # {0}\n```", PROGRAM),
    (Verdict.WRONG_ANSWER, "```python\nprint(int(input()) * 4)  # {0}\n```", PROGRAM),
    (Verdict.RUNTIME_ERROR, "```python\nraise SystemExit(3)  # {0}\n```", PROGRAM),
)
STREAMED, BATCHED = 40, 10


@dataclass(frozen=True, slots=True)
class Timings:
    """What the chart says, shortened."""

    pre_stop_seconds: float
    grace_seconds: float
    kill_seconds: float
    """From the wish to stop a pod until it is killed."""
    environment: dict[str, str]


@pytest.fixture
def timings() -> Timings:
    with helm_python.Chart.load(str(CHART)) as loaded:
        spec = Chart(loaded).one({}, "Deployment")["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    program, pre_stop = container["lifecycle"]["preStop"]["exec"]["command"]
    assert program == "sleep"
    said = {variable["name"]: variable["value"] for variable in container["env"]}
    grace = float(said["VERIFIER_STOP_GRACE_SECONDS"]) / FASTER
    return Timings(
        float(pre_stop) / FASTER,
        grace,
        spec["terminationGracePeriodSeconds"] / FASTER,
        {"VERIFIER_STOP_GRACE_SECONDS": str(grace), "VERIFIER_PROBE_SECONDS": said["VERIFIER_PROBE_SECONDS"]},
    )


@dataclass
class Pod:
    """One server, with an address of its own."""

    port: int
    metrics_port: int
    timings: Timings
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Until it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "verifier", "serve", "--listen", f"127.0.0.1:{self.port}"),
            f"--with-parent={os.getpid()}",
            env={
                **os.environ,
                **self.timings.environment,
                "VERIFIER_SLOTS": "2",
                "VERIFIER_METRICS_LISTEN": f"127.0.0.1:{self.metrics_port}",
            },
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(HANG_SECONDS):
            if not await self.process.stdout.readline():
                (pytest.fail if os.environ.get("CI") else pytest.skip)("no server starts here")

    async def judged(self) -> float:
        """How many items it has judged."""

        def read() -> str:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=60
            ) as answer:
                return answer.read().decode()

        lines = (await asyncio.to_thread(read)).splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("verifier_judged_total{"))

    async def stop(self) -> int:
        """As the kubelet does: preStop, SIGTERM, and SIGKILL at the end of the grace period."""
        assert self.process is not None
        await asyncio.sleep(self.timings.pre_stop_seconds)
        self.process.terminate()
        try:
            left = self.timings.kill_seconds - self.timings.pre_stop_seconds
            return await asyncio.wait_for(self.process.wait(), left)
        except TimeoutError:
            self.process.kill()
            return await self.process.wait()


@dataclass
class Load:
    """What the client has sent and got back."""

    sent: int = 0
    wrong: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _progress: asyncio.Event = field(default_factory=asyncio.Event)

    async def goes_on(self) -> None:
        """Wait until as much as a stream holds has been sent from now on."""
        goal = self.sent + STREAMED
        while self.sent <= goal:
            self._progress.clear()
            await self._progress.wait()

    def traces(self, count: int) -> list[Trace]:
        """More traces, none like another."""
        self.sent += count
        self._progress.set()
        numbers = range(self.sent - count, self.sent)
        return [
            Trace(KINDS[n % len(KINDS)][1].format(n), KINDS[n % len(KINDS)][2], id=str(n)) for n in numbers
        ]

    def got(self, trace: Trace, verdict: Verdict, detail: str) -> None:
        """Compare it with what it has to be."""
        if verdict is not KINDS[int(trace.id) % len(KINDS)][0]:
            self.wrong.append(f"{trace.id}: {verdict.name}: {detail}")

    async def stream(self, client: Client) -> int:
        """One stream after the other."""
        answered = 0
        while not self.over.is_set():
            traces = self.traces(STREAMED)
            async for answer in client.verify_stream(traces):
                answered += 1
                self.got(traces[answer.index], answer.score.verdict, str(answer.score))
        return answered

    async def batch(self, client: Client) -> int:
        """One batch after the other."""
        answered = 0
        while not self.over.is_set():
            traces = self.traces(BATCHED)
            for trace, score in zip(traces, await client.verify_batch(traces), strict=True):
                answered += 1
                self.got(trace, score.verdict, str(score))
        return answered

    async def single(self, client: Client) -> int:
        """One call after the other."""
        answered = 0
        while not self.over.is_set():
            (trace,) = self.traces(1)
            score = await client.verify(trace)
            answered += 1
            self.got(trace, score.verdict, str(score))
        return answered


@contextlib.asynccontextmanager
async def pods(timings: Timings, count: int) -> AsyncIterator[list[Pod]]:
    """So many, not started; killed at the end."""
    ports = list(free_ports(2 * count))
    made = [Pod(*pair, timings) for pair in zip(ports[::2], ports[1::2], strict=True)]
    try:
        yield made
    finally:
        for pod in made:
            if pod.process is not None and pod.process.returncode is None:
                pod.process.terminate()
                await pod.process.wait()


def free_ports(count: int) -> Iterator[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        yield from [each.getsockname()[1] for each in sockets]


@pytest.mark.heavy
async def test_a_rolling_upgrade_under_constant_load_loses_no_request(timings: Timings) -> None:
    async with pods(timings, 4) as (first, second, third, fourth), asyncio.timeout(HANG_SECONDS):
        await asyncio.gather(first.start(), second.start())
        target = "ipv4:" + ",".join(f"127.0.0.1:{pod.port}" for pod in (first, second, third, fourth))
        load = Load()
        async with Client(target) as client:
            work = [asyncio.create_task(each(client)) for each in (load.stream, load.batch, load.single)]
            for old, new in ((first, third), (second, fourth)):
                await new.start()
                await load.goes_on()
                assert await old.judged() > 0
                assert await old.stop() == 0  # in time, and by itself
            await load.goes_on()
            load.over.set()
            answered = sum(await asyncio.gather(*work))

        assert load.wrong == []
        assert answered == load.sent
        assert min(await third.judged(), await fourth.judged()) > 0
