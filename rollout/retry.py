"""When to ask again, and how long to wait first. Pure: clocks and chance are given.

Only what is safe is repeated: a busy service (UNAVAILABLE), a failure of the service (INTERNAL) and a lost
connection. The contract promises that repeating these cannot change a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rollout.errors import (
    ConnectionLost,
    DeadlineExceeded,
    Forbidden,
    JudgingFailed,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    Unreachable,
)

if TYPE_CHECKING:
    from rollout.errors import ServiceError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How persistent a client is."""

    attempts: int = 4
    """Tries of an item whose judging fails on the service's side."""
    losses: int = 3
    """Lost connections an item may see. Each narrows the company it is sent in (see `company`), so that an
    item that brings connections down is found and given up, instead of being carried from pod to pod."""
    patience_seconds: float = 60.0
    """How long a busy or absent service is put up with."""
    first_delay_seconds: float = 0.1
    longest_delay_seconds: float = 10.0
    hedge_seconds: float | None = None
    """After so long without an answer, an item of `verify` or `verify_stream` is asked about once more, on
    another connection. The first answer counts and the other one is cancelled: at once, or with its stream.
    To be longer than items usually take, queue included. Batches are not hedged; None: nothing is."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What an item or a call has been through."""

    attempts: int = 0
    losses: int = 0
    since_seconds: float | None = None
    """Clock at the first failure."""

    @property
    def failures(self) -> int:
        """How often it was tried in vain."""
        return self.attempts + self.losses


HOPELESS = (DeadlineExceeded, Unauthenticated, Forbidden, Unimplemented, Unreachable)
"""What another try would only meet again. (Unreachable: patience was spent on waiting for somebody.)"""


def after_failure(policy: RetryPolicy, error: ServiceError, tries: Tries, now_seconds: float) -> Tries | None:
    """What an item, or a unary call, has been through after this status; None: not worth another try."""
    tries = replace(tries, since_seconds=now_seconds if tries.since_seconds is None else tries.since_seconds)
    match error:
        case ConnectionLost():
            return after_loss(policy, error, tries, now_seconds)
        case JudgingFailed() if tries.attempts + 1 < policy.attempts:
            return replace(tries, attempts=tries.attempts + 1)
        case Unavailable() if now_seconds - (tries.since_seconds or 0.0) < policy.patience_seconds:
            return replace(tries, attempts=tries.attempts + 1)
        case _:
            return None


def after_loss(policy: RetryPolicy, error: ServiceError, tries: Tries, now_seconds: float) -> Tries | None:
    """The same for an item whose stream or batch ended under it with this error, maybe by another's fault."""
    if isinstance(error, Unavailable):  # the service said so itself: nobody is to blame
        return after_failure(policy, error, tries, now_seconds)
    hopeless = isinstance(error, HOPELESS) and not isinstance(error, ConnectionLost)
    if hopeless or tries.losses + 1 >= policy.losses:
        return None
    return replace(tries, losses=tries.losses + 1)


def delay_seconds(policy: RetryPolicy, error: ServiceError, failures: int, chance: float) -> float:
    """How long to wait: exponential back-off, with jitter so that clients do not come back in step.

    Args:
        policy: bounds.
        error: its RetryInfo is a floor: the service knows best when it has room.
        failures: how often it failed, from 1.
        chance: uniform in [0, 1).
    """
    bound = min(policy.longest_delay_seconds, policy.first_delay_seconds * 2.0 ** min(failures - 1, 30))
    floor = error.retry_after_seconds if isinstance(error, Unavailable) else 0.0
    return floor + bound * (0.5 + chance / 2)


def company(window: int, losses: int) -> int:
    """How many items may be under way together with one that saw this many lost connections: 256, 16, 1."""
    return max(1, window >> (4 * losses))
