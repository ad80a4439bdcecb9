"""The service beside what bounds it: a bare echo of the same messages, and one process beside two.

`answers` streams math responses that are decided at a glance; `echo` gets the same messages and sends them
back. Both are driven by the same few lines of grpc.aio. `programs` compares one server process on one core
with two, each on a core of its own; the programs compute long enough for the client not to count.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import grpc

from rollout.client import Client
from rollout.embedded import SERVE, Embedded
from rollout.model import Trace
from rollout.retry import RetryPolicy
from rollout.tasks.table import parse_task
from tests.bench import echo
from tests.bench.report import Parts, Rates
from tests.bench.turns import take_turns
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.bench.report import Report
    from tests.bench.turns import Turn

STREAM = "/verifier.v1.VerifierService/VerifyStream"
ANSWERS = 10_000
PROGRAMS = 40
PROGRAM = (
    "```python\nn = int(input())\nx = 0\nfor i in range(1_000_000):\n    x = (x * 31 + i) % 1000003\n"
    "print(n * n + 0 * x)\n```"
)
"""About a tenth of a second of processor time."""
TASK = parse_task({"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["16"]}})
START = RetryPolicy(patience_seconds=120.0)


async def measure() -> Report:
    """Both comparisons."""
    return Parts({"answers": Rates(await _answers()), "programs": Rates(await _programs())})


async def _answers() -> Sequence[object]:
    async with contextlib.AsyncExitStack() as stack:
        floor = await stack.enter_async_context(_process(sys.executable, "-m", "tests.bench.echo"))
        service = await stack.enter_async_context(_server(SERVE))
        messages = [message.SerializeToString() for message in _messages()]
        return await take_turns(
            {
                "echo": await _streaming(stack, floor, echo.METHOD, messages, len(messages)),
                "verifier": await _streaming(stack, service, STREAM, messages, ANSWERS),
            }
        )


def _messages() -> list[pb.VerifyStreamRequest]:
    task = pb.Task(answer=pb.AnswerTask(answers=["204"]), verifier="math").SerializeToString()
    define = pb.VerifyStreamRequest(define=pb.DefineTask(key="k", chunk=task, last=True))
    items = [
        pb.VerifyStreamRequest(item=pb.Item(id=str(n), response=f"So it is \\boxed{{{n}}}.", task_key="k"))
        for n in range(ANSWERS)
    ]
    return [define, *items]


async def _streaming(
    stack: contextlib.AsyncExitStack, target: str, method: str, messages: Sequence[bytes], answers: int
) -> Turn:
    channel = await stack.enter_async_context(grpc.aio.insecure_channel(target))

    async def turn() -> int:
        call = channel.stream_stream(method)(wait_for_ready=True)
        writing = asyncio.create_task(_write(call, messages))
        count = 0
        async for _ in call:
            count += 1
        await writing
        if count != answers:
            raise RuntimeError(f"{count} answers instead of {answers} from {method}")
        return count

    return turn


async def _write(call: grpc.aio.StreamStreamCall[bytes, bytes], messages: Sequence[bytes]) -> None:
    for message in messages:
        await call.write(message)
    await call.done_writing()


async def _programs() -> Sequence[object]:
    """A server shares its core with its jails only; the client runs wherever there is room."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise RuntimeError("two cores are needed")
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for core in cores:
            pinned = ("taskset", "--cpu-list", str(core), *SERVE)
            target = await stack.enter_async_context(_server(pinned))
            clients.append(await stack.enter_async_context(Client(target, policy=START)))
        return await take_turns({"one process": _judging(clients[:1]), "two processes": _judging(clients)})


def _judging(clients: Sequence[Client]) -> Turn:
    async def share(client: Client) -> int:
        count = PROGRAMS // len(clients)
        # each response its own: equal ones would be judged once
        scores = await client.verify_batch(
            [Trace(f"{PROGRAM}\n{os.urandom(8).hex()}", TASK) for _ in range(count)]
        )
        if any(score.score != 1.0 for score in scores):
            raise RuntimeError(f"a program of the benchmark was not accepted: {scores}")
        return count

    async def turn() -> int:
        return sum(await asyncio.gather(*map(share, clients)))

    return turn


@contextlib.asynccontextmanager
async def _server(command: Sequence[str]) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        service = Embedded(Path(folder), command, restarts=0)
        try:
            await service.start()
            yield service.target
        finally:
            await service.stop()


@contextlib.asynccontextmanager
async def _process(*command: str) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        target = f"unix:{folder}/echo"
        process = await asyncio.create_subprocess_exec(*command, target)
        try:
            yield target
        finally:
            process.terminate()
            await process.wait()
