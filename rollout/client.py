"""The client of the verifier service: traces in, scores out.

Judging never raises for what happens at the service: an outage, a refused task or a lost connection becomes a
score that is UNJUDGED and says why, so that a trainer can leave the sample out instead of crashing or, worse,
training on a zero. Methods that return no scores raise `ServiceError`.

One client serves one event loop. It is not to be carried over a fork: make it in the process that uses it.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from rollout.access import Access
from rollout.batch import judge_batch
from rollout.circuit import Circuit
from rollout.connection import Connection
from rollout.desk import Desk, Ticket, Window
from rollout.errors import ServiceError
from rollout.hedging import ask_about_stragglers, first_answer
from rollout.model import Clusters
from rollout.retry import RetryPolicy
from rollout.stream import carry
from rollout.text import without_surrogates
from rollout.wire.judgement import score_of, unjudged
from rollout.wire.sharing import TaskPool
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence
    from types import TracebackType

    from opentelemetry.trace import Tracer

    from rollout.model import Answer, Score, Trace

Traces = AsyncIterable["Trace"] | Iterable["Trace"]

_CONNECTIONS = 4
"""Two server processes behind a port both get work then, with a chance of seven in eight."""
_STREAMS_PER_CONNECTION = 2
"""A connection gives calls to the addresses behind a name in turn, so both of a pair get work."""
DEFINITION_BYTES = 1 << 30
"""Tasks defined on one stream before a fresh one is begun; half of what the service allows by default."""


class Client:
    """A connection to one service, for one event loop. Use as an async context manager."""

    def __init__(
        self,
        target: str,
        *,
        access: Access = Access(),  # noqa: B008  # frozen
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008  # frozen
        window: Window = Window(),  # noqa: B008  # frozen
        connections: int | None = None,
        definition_bytes: int = DEFINITION_BYTES,
        tracer: Tracer | None = None,
    ) -> None:
        """Name the service; nothing is sent yet.

        Args:
            target: `HOST:PORT` or `unix:PATH`. Where a name has several addresses, as a headless service of
                Kubernetes has, calls and streams go to all of them in turn.
            access: what to show there, and how to know the service.
            policy: how persistent to be.
            window: how much of a stream may be outstanding.
            connections: how many to open, so that several server processes get work; 4 by default, and one
                for a unix socket, which has a single process behind it.
            definition_bytes: tasks defined on one stream before a fresh one is begun.
            tracer: of OpenTelemetry (`opentelemetry.trace.get_tracer`), to have a span for each call, which
                the service continues.
        """
        self._policy = policy
        alone = target.startswith("unix:")
        count = connections or (1 if alone else _CONNECTIONS)
        circuit = Circuit(policy.patience_seconds)
        self._connections = [Connection(target, policy, access, circuit, tracer) for _ in range(count)]
        self._carriers = self._connections * (1 if alone else _STREAMS_PER_CONNECTION)
        self._turns = itertools.cycle(self._connections)
        self._window = window
        self._definition_bytes = definition_bytes
        self._tasks = TaskPool()

    async def __aenter__(self) -> Client:
        """Nothing to do: connecting happens with the first call."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        await self.close()

    async def close(self) -> None:
        """Close the connection; whatever is under way ends as cancelled."""
        await asyncio.gather(*(connection.close() for connection in self._connections))

    async def introduce(
        self, *, connect_seconds: float | None, answer_seconds: float | None
    ) -> pb.GetCapabilitiesResponse:
        """What the service can judge, where nobody wants to wait long for one that is not there.

        Raises:
            ServiceError: nobody listens, or it did not say.
        """
        await self._connections[0].ready(_deadline(connect_seconds))
        return await self.capabilities(timeout_seconds=answer_seconds)

    async def verify(
        self, trace: Trace, *, options: pb.Options | None = None, timeout_seconds: float | None = None
    ) -> Score:
        """Judge one trace; UNJUDGED where the service could not."""
        item = _item(trace, options)
        item.task.CopyFrom(trace.task)
        request, deadline = pb.VerifyRequest(item=item), _deadline(timeout_seconds)
        asked = next(self._turns).ask("Verify", request, deadline)
        try:
            if self._policy.hedge_seconds is None:
                response: pb.VerifyResponse = await asked
            else:
                again = partial(next(self._turns).ask_once, "Verify", request, deadline)
                response = await first_answer(asked, again, self._policy.hedge_seconds)
        except ServiceError as error:
            return unjudged(error)
        return score_of(response.judgement)

    async def verify_batch(
        self,
        traces: Sequence[Trace],
        *,
        options: pb.Options | None = None,
        timeout_seconds: float | None = None,
    ) -> list[Score]:
        """Judge many traces, in calls of some dozens. Scores come in the order of the traces.

        At the deadline those that are finished are returned, and the rest as UNJUDGED.

        Calls are as large as messages may be, and that does not adapt to the service: where its speed
        matters, `verify_stream` is paced by the service itself.
        """
        tickets = (self._ticket(index, trace, options) for index, trace in enumerate(traces))
        deadline = _deadline(timeout_seconds)
        scores = await judge_batch(tickets, len(traces), self._in_turn(), self._window, deadline)
        return [scores[index] for index in range(len(traces))]

    async def verify_stream(
        self, traces: Traces, *, options: pb.Options | None = None, timeout_seconds: float | None = None
    ) -> AsyncGenerator[Answer, None]:
        """Judge any number of traces; answers come as they finish, exactly one for each trace.

        Traces are drawn as the service takes them, and at most a window of them is outstanding, so neither
        side needs to hold them all. Each distinct task is sent once.

        Args:
            traces: drawn on the event loop; what they raise is raised here.
            options: for all of them.
            timeout_seconds: for all of them together.
        """
        desk = Desk(self._policy, self._window, len(self._carriers))
        deadline = _deadline(timeout_seconds)
        carriers = [
            asyncio.ensure_future(carry(desk, connection, number, deadline, self._definition_bytes))
            for number, connection in enumerate(self._carriers)
        ]
        work = [asyncio.ensure_future(self._feed(desk, traces, options)), *carriers]
        if self._policy.hedge_seconds is not None:
            hedging = ask_about_stragglers(desk, self._turns, self._policy.hedge_seconds, deadline)
            work.append(asyncio.ensure_future(hedging))
        for task in work:
            task.add_done_callback(lambda done: _report_fault(desk, done))
        try:
            while (answer := await desk.next_answer()) is not None:
                yield answer
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def capabilities(self, *, timeout_seconds: float | None = None) -> pb.GetCapabilitiesResponse:
        """What the service can judge, and how.

        Raises:
            ServiceError: it did not say.
        """
        connection = next(self._turns)
        response: pb.GetCapabilitiesResponse = await connection.ask(
            "GetCapabilities", pb.GetCapabilitiesRequest(), _deadline(timeout_seconds)
        )
        return response

    async def compare_answers(
        self,
        responses: Sequence[str],
        *,
        verifier: str = "",
        choices: Sequence[str] = (),
        timeout_seconds: float | None = None,
    ) -> Clusters:
        """Group responses whose answers mean the same, for voting (cons@k).

        Args:
            responses: whole completions, or bare boxed answers.
            verifier: name of an answer verifier; empty for math.
            choices: texts of the options, for choice.
            timeout_seconds: None for none.

        Raises:
            ServiceError: they could not be compared.
        """
        request = pb.CompareAnswersRequest(
            responses=[without_surrogates(text) for text in responses], verifier=verifier, choices=choices
        )
        connection = next(self._turns)
        response: pb.CompareAnswersResponse = await connection.ask(
            "CompareAnswers", request, _deadline(timeout_seconds)
        )
        return Clusters(
            members=tuple(tuple(cluster.members) for cluster in response.clusters),
            representatives=tuple(cluster.representative for cluster in response.clusters),
            unanswered=tuple(response.unanswered),
        )

    async def _feed(self, desk: Desk, traces: Traces, options: pb.Options | None) -> None:
        index = 0
        async for trace in _drawn(traces):
            await desk.admit(self._ticket(index, trace, options))
            index += 1
        desk.close_intake()

    def _in_turn(self) -> list[Connection]:
        """All connections, beginning with another one each time."""
        first = self._connections.index(next(self._turns))
        return self._connections[first:] + self._connections[:first]

    def _ticket(self, index: int, trace: Trace, options: pb.Options | None) -> Ticket:
        return Ticket(index, _item(trace, options), self._tasks.share(trace.task))


def _item(trace: Trace, options: pb.Options | None) -> pb.Item:
    return pb.Item(
        id=without_surrogates(trace.id),
        response=without_surrogates(trace.response),
        finish_reason=without_surrogates(trace.finish_reason),
        options=options,
    )


async def _drawn(traces: Traces) -> AsyncIterator[Trace]:
    if isinstance(traces, AsyncIterable):
        async for trace in traces:
            yield trace
    else:
        for trace in traces:
            yield trace


def _deadline(timeout_seconds: float | None) -> float | None:
    return None if timeout_seconds is None else time.monotonic() + timeout_seconds


def _report_fault(desk: Desk, done: asyncio.Future[None]) -> None:
    """What the source of traces raised, and any fault of ours, goes to whoever waits for answers."""
    if not done.cancelled() and (fault := done.exception()) is not None:
        desk.break_off(fault)
