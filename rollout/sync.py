"""The client for code without an event loop, such as the reward function of a trainer.

A thin wrapper: the asynchronous client runs on an event loop in a thread of its own. Not to be carried over a
fork: make it in the process that uses it.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from rollout.client import Client

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator, Sequence
    from types import TracebackType

    from rollout.model import Answer, Clusters, Score, Trace
    from verifier.v1 import verifier_pb2 as pb

Result = TypeVar("Result")


class SyncClient:
    """A `Client` to be called from any thread. Use as a context manager."""

    def __init__(self, target: str, *, make: Callable[[str], Client] = Client) -> None:
        """Start the thread.

        Args:
            target: `HOST:PORT` or `unix:PATH`.
            make: makes the client, where its defaults do not fit: `lambda target: Client(target, policy=…)`.
        """
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rollout-client", daemon=True)
        self._thread.start()
        self._client = self._run(_made(make, target))

    def __enter__(self) -> SyncClient:
        """Nothing to do: connecting happens with the first call."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection and end the thread; a second call does nothing."""
        if self._loop.is_closed():
            return
        self._run(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def verify(
        self, trace: Trace, *, options: pb.Options | None = None, timeout_seconds: float | None = None
    ) -> Score:
        """See `Client.verify`."""
        return self._run(self._client.verify(trace, options=options, timeout_seconds=timeout_seconds))

    def verify_batch(
        self,
        traces: Sequence[Trace],
        *,
        options: pb.Options | None = None,
        timeout_seconds: float | None = None,
    ) -> list[Score]:
        """See `Client.verify_batch`."""
        return self._run(self._client.verify_batch(traces, options=options, timeout_seconds=timeout_seconds))

    def verify_stream(
        self,
        traces: Iterable[Trace],
        *,
        options: pb.Options | None = None,
        timeout_seconds: float | None = None,
    ) -> Iterator[Answer]:
        """See `Client.verify_stream`; traces are drawn on the client's own thread."""
        answers = self._client.verify_stream(traces, options=options, timeout_seconds=timeout_seconds)
        try:
            while (answer := self._run(_next_or_none(answers))) is not None:
                yield answer
        finally:
            self._run(answers.aclose())

    def capabilities(self, *, timeout_seconds: float | None = None) -> pb.GetCapabilitiesResponse:
        """See `Client.capabilities`."""
        return self._run(self._client.capabilities(timeout_seconds=timeout_seconds))

    def compare_answers(
        self,
        responses: Sequence[str],
        *,
        verifier: str = "",
        choices: Sequence[str] = (),
        timeout_seconds: float | None = None,
    ) -> Clusters:
        """See `Client.compare_answers`."""
        return self._run(
            self._client.compare_answers(
                responses, verifier=verifier, choices=choices, timeout_seconds=timeout_seconds
            )
        )

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise


async def _made(make: Callable[[str], Client], target: str) -> Client:
    return make(target)  # a gRPC channel belongs to the event loop it is made on


async def _next_or_none(answers: AsyncGenerator[Answer, None]) -> Answer | None:
    return await anext(answers, None)
