"""Scoring on a Ray cluster: workers that each have a verifier of their own, or ask the service that is named.

Records go out in chunks, to whichever worker is free. Reading, the order of lines, resuming and the summary
stay with the command, so the output is that of a run without Ray. A chunk whose worker dies is done again
where Ray starts the next one: judging is pure, and a chunk comes back whole or not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from rollout.client import Client
from rollout.embedded import PATIENT, RESTARTS, START_SECONDS, embedded
from rollout.errors import InputError, Problem, RolloutError, Unreachable, Unsupported, VerifierDied
from rollout.model import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Iterator, Sequence

    from rollout.access import Access
    from rollout.model import Score, Trace
    from verifier.v1 import verifier_pb2 as pb

LOCAL = "local"
"""The address that stands for a cluster of this machine alone, for the time of the run."""

CHUNK_RECORDS = 64
"""Enough to make little of the cost of a call, and few enough to keep many workers busy."""
CHUNK_CHARACTERS = 8 << 20
"""Of responses; with the records, far below what may stand in line, or the line would wait for itself."""
_CHUNKS_AT_ONCE = 2
"""For each worker: one is judged while the next one arrives."""
_CONNECT_SECONDS = 5.0
_CLOSE_SECONDS = 30.0

Result = TypeVar("Result")


class Worker:
    """What runs on the cluster: judges chunks. Errors are handed back, since Ray rewrites what is raised."""

    def __init__(self, target: str | None, access: Access) -> None:
        """Open nothing yet: Ray calls this again after a death, and nothing else."""
        self._target = target
        self._access = access
        self._stack = contextlib.AsyncExitStack()
        self._client: asyncio.Future[Client] | None = None
        self._keeping: asyncio.Future[None] | None = None

    async def capabilities(self) -> pb.GetCapabilitiesResponse | RolloutError:
        """Of the verifier that this worker asks."""
        try:
            return await (await self._opened()).capabilities()
        except RolloutError as error:
            return error

    async def judge(self, traces: Sequence[Trace]) -> list[Score] | RolloutError:
        """Their scores, in order."""
        try:
            client = await self._opened()
            judging = asyncio.ensure_future(_judge(client, traces))
            ending: set[asyncio.Future[Any]] = {judging, *self._kept()}
            await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
            if not judging.done():
                judging.cancel()
                for ended in self._kept():
                    ended.result()
            return await judging
        except RolloutError as error:
            return error

    async def close(self) -> None:
        """Stop the verifier, if it is this worker's own."""
        for keeping in self._kept():
            keeping.cancel()
        await self._stack.aclose()

    def _kept(self) -> list[asyncio.Future[None]]:
        """What ends where the worker's own verifier died too often."""
        return [] if self._keeping is None else [self._keeping]

    async def _opened(self) -> Client:
        """The client, opened by whoever comes first."""
        if self._client is None:
            self._client = asyncio.ensure_future(self._open())
        return await asyncio.shield(self._client)

    async def _open(self) -> Client:
        if self._target is not None:
            return await self._stack.enter_async_context(Client(self._target, access=self._access))
        private = await self._stack.enter_async_context(embedded())
        self._keeping = asyncio.ensure_future(private.serve(_for_ever()))
        return await self._stack.enter_async_context(Client(private.target, policy=PATIENT))


class Cluster:
    """Judges traces on workers, as a client judges them on a service."""

    def __init__(self, workers: Sequence[Any]) -> None:
        """Take handles of actors."""
        self._workers = workers

    async def capabilities(self) -> pb.GetCapabilitiesResponse:
        """Of all workers, which must be of one mind.

        Raises:
            RolloutError: a worker has no verifier, or they judge by different rules.
        """
        asked = [_answer(worker.capabilities.remote()) for worker in self._workers]
        answers: list[pb.GetCapabilitiesResponse] = await asyncio.gather(*asked)
        rulesets = sorted({answer.versions.ruleset for answer in answers})
        if len(rulesets) > 1:
            raise Unsupported(f"the workers judge by different rules (rulesets {', '.join(rulesets)})")
        return answers[0]

    async def verify_stream(self, traces: AsyncIterable[Trace]) -> AsyncGenerator[Answer, None]:
        """Judge any number of traces; answers come as chunks finish, exactly one for each trace.

        Raises:
            RolloutError: a worker cannot go on.
        """
        answers: asyncio.Queue[Answer | None] = asyncio.Queue()
        chunks, turn = _chunks(traces), asyncio.Lock()

        async def lane(worker: Any) -> None:
            while True:
                async with turn:
                    taken = await anext(chunks, None)
                if taken is None:
                    return
                start, chunk = taken
                for index, score in enumerate(await _answer(worker.judge.remote(chunk)), start):
                    answers.put_nowait(Answer(index, score))

        lanes = [asyncio.ensure_future(lane(each)) for each in self._workers for _ in range(_CHUNKS_AT_ONCE)]
        everything = asyncio.gather(*lanes)
        everything.add_done_callback(lambda _: answers.put_nowait(None))
        try:
            while (answer := await answers.get()) is not None:
                yield answer
            await everything
        finally:
            for each in lanes:
                each.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)


@contextlib.asynccontextmanager
async def cluster(
    address: str, workers: int | None, target: str | None, access: Access
) -> AsyncIterator[Cluster]:
    """Workers on this cluster, for the time of a run.

    Args:
        address: of a Ray cluster, as `ray.init` takes it, or `LOCAL`.
        workers: how many; by default one on each node.
        target: the service to ask; without one, each worker starts a verifier of its own.
        access: what to show there.

    Raises:
        InputError: Ray is not installed, or the cluster has no room for so many.
        Unreachable: there is no such cluster.
    """
    try:
        import ray  # noqa: PLC0415  # heavy, and an extra
    except ImportError:
        raise InputError([Problem("--ray", "needs rollout-verifier[ray]")]) from None
    _connect(ray, address, workers)
    try:
        actor = ray.remote(Worker).options(
            num_cpus=1,
            max_concurrency=2 * _CHUNKS_AT_ONCE,
            max_restarts=RESTARTS,
            max_task_retries=RESTARTS,
            scheduling_strategy="SPREAD",
        )
        count = _count(ray, workers)
        handles = [actor.remote(target, access) for _ in range(count)]
        yield Cluster(handles)
        closing = [asyncio.ensure_future(_answer(handle.close.remote())) for handle in handles]
        await asyncio.wait(closing, timeout=_CLOSE_SECONDS)
    finally:
        ray.shutdown()


def _connect(ray: Any, address: str, workers: int | None) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster of ours reports to nobody
    os.environ.setdefault("RAY_raylet_start_wait_time_s", f"{START_SECONDS:.0f}")
    _look_for(address)
    local = {"include_dashboard": False, "num_cpus": max(workers or 1, os.cpu_count() or 1)}
    with _handlers_kept():
        try:
            ray.init(
                address, log_to_driver=False, logging_level="error", **(local if address == LOCAL else {})
            )
        except Exception as error:  # noqa: BLE001  # Ray raises plain ones where its parts do not start
            raise Unreachable(f"no Ray cluster at {address}: {error}") from None


def _look_for(address: str) -> None:
    """Knock first: Ray tries for minutes, where somebody waits at a terminal."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), _CONNECT_SECONDS).close()
    except OSError as error:
        raise Unreachable(f"no Ray cluster at {address}: {error.strerror or error}") from None


def _count(ray: Any, wanted: int | None) -> int:
    room = int(ray.cluster_resources().get("CPU", 0))
    if wanted is not None and wanted > room:
        raise InputError([Problem("--workers", f"{wanted} are too many: the cluster has {room} CPUs")])
    return wanted or sum(node["Alive"] for node in ray.nodes())


@contextlib.contextmanager
def _handlers_kept() -> Iterator[None]:
    """Ray takes SIGTERM over, which the command handles."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def _answer(call: Awaitable[Result | RolloutError]) -> Result:
    """What a worker answers.

    Raises:
        RolloutError: the worker's own, or it died too often.
    """
    from ray.exceptions import RayError  # noqa: PLC0415

    try:
        answer = await call
    except RayError as error:
        raise VerifierDied(f"a Ray worker failed: {str(error).strip().splitlines()[-1]}") from None
    if isinstance(answer, RolloutError):
        raise answer
    return answer


async def _judge(client: Client, traces: Sequence[Trace]) -> list[Score]:
    scores = {answer.index: answer.score async for answer in client.verify_stream(traces)}
    return [scores[index] for index in range(len(traces))]


async def _chunks(traces: AsyncIterable[Trace]) -> AsyncGenerator[tuple[int, list[Trace]], None]:
    """Traces in chunks, each with the position of its first."""
    start, chunk, characters = 0, list[Any](), 0
    async for trace in traces:
        chunk.append(trace)
        characters += len(trace.response)
        if len(chunk) >= CHUNK_RECORDS or characters >= CHUNK_CHARACTERS:
            yield start, chunk
            start, chunk, characters = start + len(chunk), [], 0
    if chunk:
        yield start, chunk


async def _for_ever() -> None:
    await asyncio.Event().wait()
