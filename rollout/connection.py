"""One gRPC channel to the service: opened, waited for, and asked with retries.

Knows nothing about traces or scores. Failures come out as `ServiceError`.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any

import grpc

from rollout.errors import DeadlineExceeded, ServiceError, TooManyPings, Unreachable
from rollout.retry import Tries, after_failure, delay_seconds
from rollout.tracing import call_span
from rollout.wire.status import error_of_call
from verifier.v1 import verifier_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from google.protobuf.message import Message
    from opentelemetry.trace import Tracer

    from rollout.access import Access
    from rollout.circuit import Circuit
    from rollout.retry import RetryPolicy
    from rollout.tracing import Metadata

MESSAGE_BYTES = 64 << 20
"""Largest message either way; the contract's default."""

PING_SECONDS, ANSWER_SECONDS = 30.0, 20.0
"""How often the service is asked for a sign of life while it has work of ours, and how long it has for that.
A machine that vanished sends no goodbye, and calls can be silent for minutes. The service permits 10 s."""
_RARE_PING_SECONDS = 330.0
"""For other servers and for proxies: gRPC's own minimum is 5 minutes, and for less they end connections."""
_ANSWER_OPTIONS = ("grpc.keepalive_timeout_ms", "grpc.http2.ping_timeout_ms")
"""Recent versions of gRPC heed the second one, which is a minute by default."""

_OPTIONS: Sequence[tuple[str, int | str]] = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    # A name may have many addresses; the default would send everything to the first one
    ("grpc.service_config", '{"loadBalancingConfig": [{"round_robin": {}}]}'),
    # gRPC lets its own back-off grow to two minutes; a service that restarts is back within seconds
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
    ("grpc.http2.max_pings_without_data", 0),
    # Every client its own connection: subchannels are otherwise shared between all clients of a process
    ("grpc.use_local_subchannel_pool", 1),
)

_REASON_SECONDS = 1.0
"""gRPC knows at once why it could not connect, unless it is trying just now."""


class Connection:
    """A channel with its stub."""

    def __init__(
        self, target: str, policy: RetryPolicy, access: Access, circuit: Circuit, tracer: Tracer | None = None
    ) -> None:
        """Open nothing yet; must be called where an event loop runs."""
        self.policy = policy
        self._circuit = circuit
        self._metadata = access.metadata()
        self._tracer = tracer
        self._target = target
        self._access = access
        self._retired: grpc.aio.Channel | None = None
        self._open(PING_SECONDS)

    def _open(self, ping_seconds: float) -> None:
        options = (
            *_OPTIONS,
            ("grpc.keepalive_time_ms", int(1000 * ping_seconds)),
            *((name, int(1000 * ANSWER_SECONDS)) for name in _ANSWER_OPTIONS),
        )
        self._channel = self._access.channel(self._target, options)
        self.stub: Any = verifier_pb2_grpc.VerifierServiceStub(self._channel)  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Close the channel; calls under way end as cancelled."""
        await self._channel.close()
        if self._retired is not None:
            await self._retired.close()

    def failed(self, failure: grpc.aio.AioRpcError) -> ServiceError:
        """What a failed call means. Where signs of life were taken for abuse, later calls give fewer."""
        error = error_of_call(failure)
        if isinstance(error, TooManyPings) and self._retired is None:
            self._retired = self._channel  # other calls may be under way on it
            self._open(_RARE_PING_SECONDS)
        return error

    async def ready(self, deadline_seconds: float | None) -> None:
        """Wait until somebody listens.

        Raises:
            Unreachable: nobody has for as long as patience lasts; then at once, see `rollout.circuit`.
            DeadlineExceeded: the deadline came first.
        """
        if self._channel.get_state() is not grpc.ChannelConnectivity.READY:
            await self._find_somebody(remaining_seconds(deadline_seconds))
        self._circuit.close()

    async def _find_somebody(self, left: float | None) -> None:
        patience = self._circuit.wait_seconds()
        if not patience:
            absent = f"{self._circuit.absent_seconds:.0f} s"
            raise Unreachable(f"nobody has answered at {self._target} for {absent}; the next look is soon")
        try:
            await asyncio.wait_for(
                self._channel.channel_ready(), patience if left is None else min(left, patience)
            )
        except asyncio.TimeoutError:
            if left is not None and left < patience:
                raise DeadlineExceeded(f"nobody answered at {self._target} before the deadline") from None
            raise Unreachable(f"nobody answers at {self._target}{await self._reason()}") from None

    async def _reason(self) -> str:
        """Why there is no connection, in the words of gRPC, where it knows."""
        check: Any = self._channel.unary_unary(
            "/grpc.health.v1.Health/Check"
        )  # no token is needed for this one
        try:
            await check(b"", timeout=_REASON_SECONDS)
        except grpc.aio.AioRpcError as failure:
            if failure.code() is grpc.StatusCode.UNAVAILABLE:
                return f": {failure.details()}"
        return ""

    async def ask(self, method: str, request: Message, deadline_seconds: float | None) -> Any:
        """Call a unary method, again where that is safe; returns its response.

        Args:
            method: its name.
            request: its message.
            deadline_seconds: on the monotonic clock; None for none.

        Raises:
            ServiceError: there is no answer, and asking again would not help or has not.
        """
        tries = Tries()
        while True:
            try:
                return await self.ask_once(method, request, deadline_seconds)
            except ServiceError as error:  # the loop is the retry
                tried = after_failure(self.policy, error, tries, time.monotonic())
                if tried is None:
                    raise
                tries = tried
                await self.rest(error, tries.failures, deadline_seconds)

    async def ask_once(self, method: str, request: Message, deadline_seconds: float | None) -> Any:
        """Call a unary method once; returns its response.

        Raises:
            ServiceError: there is no answer.
        """
        await self.ready(deadline_seconds)
        call = getattr(self.stub, method)
        with self.span(method) as metadata:
            try:
                return await call(request, timeout=remaining_seconds(deadline_seconds), metadata=metadata)
            except grpc.aio.AioRpcError as failure:
                raise self.failed(failure) from None

    def span(self, method: str) -> AbstractContextManager[Metadata]:
        """Follow one call of a method, where calls are traced; yields its metadata."""
        return call_span(self._tracer, method, self._metadata)

    async def rest(self, error: ServiceError, failures: int, deadline_seconds: float | None) -> None:
        """Sleep before the next try, after so many failures.

        Raises:
            DeadlineExceeded: the next try would come too late; names the failure.
        """
        delay = delay_seconds(self.policy, error, failures, random.random())  # noqa: S311  # jitter
        left = remaining_seconds(deadline_seconds)
        if left is not None and delay >= left:
            raise DeadlineExceeded(f"no time left to try again after: {error}") from None
        await asyncio.sleep(delay)


def remaining_seconds(deadline_seconds: float | None) -> float | None:
    """Time left until a deadline on the monotonic clock, never below 0; None where there is none."""
    return None if deadline_seconds is None else max(0.0, deadline_seconds - time.monotonic())
