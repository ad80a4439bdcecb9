"""Hand-written stand-ins for the seams, and the real service running on them."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc

from sandbox.languages.table import Installed
from sandbox.model import Isolation, LaunchMode, LimitsMode
from verifier.model import AnswerTask, Assurance, Judgement, Usage, Verdict
from verifier.server import listening
from verifier.settings import Settings
from verifier.v1 import verifier_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.model import Jail, Program
    from verifier.model import Options, Shape, Task, Verifier


def found_languages() -> asyncio.Future[dict[str, Installed]]:
    """As found on a machine with Python alone."""
    found: asyncio.Future[dict[str, Installed]] = asyncio.get_running_loop().create_future()
    found.set_result({"python": Installed("Python 3.11.2"), "rust": Installed("", "apt-get install rustc")})
    return found


class FakeSandbox:
    """States an isolation, and never makes a jail."""

    isolation = Isolation(
        LaunchMode.COLD, LimitsMode.RLIMIT, separate_uids=False, warnings=("a fake isolates nothing",)
    )

    def open(self, program: Program, *, alone: bool = False) -> contextlib.AbstractAsyncContextManager[Jail]:
        """Refuse: tests that need jails use the real sandbox."""
        raise AssertionError(f"no jails here: {program.runtime} {alone}")


@dataclass
class FakeVerifier:
    """Accepts a response that equals an answer of the task; waits, fails and refuses as told."""

    name: str = "math"
    shape: type[Shape] = AnswerTask
    description: str = "Compares texts."
    assurance: Assurance = Assurance.COMPARED_OUTSIDE
    refusal: Exception | None = None
    """Raised by `check`."""
    failures: dict[str, Exception] = field(default_factory=dict)
    """Raised by `verify`, by response."""
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    """What `verify` waits for first, by response."""
    judgements: dict[str, Judgement] = field(default_factory=dict)
    """What `verify` answers, by response."""
    checked: list[Task] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    arrived: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    cancelled: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    running: int = 0
    most_running: int = 0

    def check(self, task: Task) -> None:
        """See `verifier.model.Verifier`."""
        self.checked.append(task)
        if self.refusal:
            raise self.refusal

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:
        """See `verifier.model.Verifier`."""
        self.started.append(response)
        self.arrived.put_nowait(response)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if response in self.gates:
                await self.gates[response].wait()
        except asyncio.CancelledError:
            self.cancelled.put_nowait(response)
            raise
        finally:
            self.running -= 1
        if response in self.failures:
            raise self.failures[response]
        return self.judgements.get(response) or self._judged(response, task)

    async def arrivals(self, count: int) -> None:
        """Wait until so many more responses are being judged."""
        for _ in range(count):
            await self.arrived.get()

    def _judged(self, response: str, task: Task) -> Judgement:
        right = isinstance(task.shape, AnswerTask) and response in task.shape.answers
        return Judgement(
            verdict=Verdict.ACCEPTED if right else Verdict.WRONG_ANSWER,
            score=float(right),
            correct=right,
            assurance=self.assurance,
            extracted=response,
            usage=Usage(cpu_seconds=0.25),
        )


@dataclass(frozen=True)
class Client:
    """A client of a running service."""

    address: str
    channel: grpc.aio.Channel
    stub: verifier_pb2_grpc.VerifierServiceStub


@contextlib.asynccontextmanager
async def running(*verifiers: Verifier, **settings: object) -> AsyncIterator[Client]:
    """The real service on a unix socket, over fakes; `settings` as `VERIFIER_*` would set them."""
    with tempfile.TemporaryDirectory(prefix="v-") as folder:  # socket paths have to be short
        chosen = Settings.model_validate({"listen": f"unix:{folder}/s", "slots": 2, **settings})
        by_name = {verifier.name: verifier for verifier in verifiers}
        async with (
            listening(chosen, FakeSandbox(), by_name, found_languages()) as address,
            grpc.aio.insecure_channel(address) as channel,
        ):
            yield Client(address, channel, verifier_pb2_grpc.VerifierServiceStub(channel))
