"""One gRPC channel to the service: opened, waited for, and asked with retries.

Knows nothing about traces or scores. Failures come out as `ServiceError`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from rollout.errors import DeadlineExceeded, ServiceError, Unreachable
from rollout.retry import Tries, after_failure, delay_seconds
from rollout.wire.status import error_of_call
from verifier.v1 import verifier_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.protobuf.message import Message

    from rollout.access import Access
    from rollout.retry import RetryPolicy

MESSAGE_BYTES = 64 << 20
"""Largest message either way; the contract's default."""

_OPTIONS: Sequence[tuple[str, int | str]] = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    # A name may have many addresses; the default would send everything to the first one
    ("grpc.service_config", '{"loadBalancingConfig": [{"round_robin": {}}]}'),
    # gRPC lets its own back-off grow to two minutes; a service that restarts is back within seconds
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
    # A machine that vanished sends no goodbye; streams can be silent for minutes. The service allows 10 s.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.max_pings_without_data", 0),
    # Every client its own connection: subchannels are otherwise shared between all clients of a process
    ("grpc.use_local_subchannel_pool", 1),
)

_LAST_LOOK_SECONDS = 1.0
"""How long one more try to connect may take, once patience has run out."""

Response = TypeVar("Response")
Method = Callable[..., Awaitable[Response]]
"""A unary method of the generated stub, which comes without types."""


class Connection:
    """A channel with its stub, and the memory of how long nobody has answered."""

    def __init__(self, target: str, policy: RetryPolicy, access: Access) -> None:
        """Open nothing yet; must be called where an event loop runs."""
        self.policy = policy
        self.metadata = access.metadata()
        self._target = target
        self._channel = access.channel(target, _OPTIONS)
        self.stub: Any = verifier_pb2_grpc.VerifierServiceStub(self._channel)  # type: ignore[no-untyped-call]
        self._absent_since_seconds: float | None = None

    async def close(self) -> None:
        """Close the channel; calls under way end as cancelled."""
        await self._channel.close()

    async def ready(self, deadline_seconds: float | None) -> None:
        """Wait until somebody listens.

        Patience is spent once: while nobody comes back, later callers get one short try each.

        Raises:
            Unreachable: nobody has for as long as patience lasts.
            DeadlineExceeded: the deadline came first.
        """
        if self._absent_since_seconds is None:
            self._absent_since_seconds = time.monotonic()
        absent = time.monotonic() - self._absent_since_seconds
        patience = max(_LAST_LOOK_SECONDS, self.policy.patience_seconds - absent)
        left = remaining_seconds(deadline_seconds)
        try:
            await asyncio.wait_for(
                self._channel.channel_ready(), patience if left is None else min(left, patience)
            )
        except asyncio.TimeoutError:
            if left is not None and left < patience:
                raise DeadlineExceeded(f"nobody answered at {self._target} before the deadline") from None
            raise Unreachable(f"nobody answers at {self._target}") from None
        self._absent_since_seconds = None

    async def ask(
        self, method: Method[Response], request: Message, deadline_seconds: float | None
    ) -> Response:
        """Call a unary method, again where that is safe.

        Args:
            method: of `self.stub`.
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

    async def ask_once(
        self, method: Method[Response], request: Message, deadline_seconds: float | None
    ) -> Response:
        """Call a unary method once.

        Raises:
            ServiceError: there is no answer.
        """
        await self.ready(deadline_seconds)
        try:
            return await method(request, timeout=remaining_seconds(deadline_seconds), metadata=self.metadata)
        except grpc.aio.AioRpcError as failure:
            raise error_of_call(failure) from None

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
