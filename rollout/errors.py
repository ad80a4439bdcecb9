"""What can go wrong on the client's side. The message of each is a sentence for the user.

RolloutError
├── InputError            a file, a record or an option is wrong; found before anything runs
│   └── FieldError        one field of a record is wrong; whoever reads the file adds the place
│       └── NoResponse    nothing is wrong, but there is nothing to judge
├── NoVerifierHere        no service was named, and none can be started here
├── VerifierDied          the private verifier did not start, or died too often
├── SamplerError          the model that is sampled from cannot be had
│   └── Refused           or takes no such prompt
└── ServiceError          the service was asked and gave no judgement; carries a `kind`
    ├── InvalidTask         INVALID_ARGUMENT     the task cannot be judged as it stands
    ├── Unsupported         FAILED_PRECONDITION  sound, but not on this service
    ├── TooLarge            RESOURCE_EXHAUSTED   a message is over a size limit
    ├── Unavailable         UNAVAILABLE          busy or stopping; says when to come back
    │   └── TooManyPings    ... or a server that is not ours, which takes signs of life for abuse
    ├── Unreachable         nobody answers
    │   └── ConnectionLost  somebody did, and the connection broke
    ├── DeadlineExceeded    DEADLINE_EXCEEDED    the caller's time ran out
    ├── Cancelled           CANCELLED            the call was given up
    ├── JudgingFailed       INTERNAL             a jail or worker of the service failed
    │   └── Starved         ... because it got no processor
    ├── Unauthenticated     UNAUTHENTICATED      no credentials, or wrong ones
    ├── Forbidden           PERMISSION_DENIED    credentials without the right to this
    ├── Unimplemented       UNIMPLEMENTED        the service has no such method
    └── UnexpectedStatus    any other status: not in the contract

None of them is ever a score. `rollout.wire.status` maps statuses to them in one table. What the candidate
did (a hang, a crash, a wrong answer) is a `Score`, not an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class RolloutError(Exception):
    """Something the user has to know about, in words for the user."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input, and where."""

    place: str
    """A file, with `:LINE` where a line is to blame, or an option."""
    reason: str
    """What is wrong, with the field in front where there is one."""

    def __str__(self) -> str:
        """One line for a terminal, in the form that editors understand."""
        return f"{self.place}: {self.reason}"


class InputError(RolloutError):
    """Files, records or options that cannot be worked with, found before anything runs."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Hold at least one problem; the message is a line for each."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class FieldError(RolloutError):
    """One field of a record is wrong. Where the record lies is for whoever reads the file to add."""

    def __init__(self, field: str, reason: str) -> None:
        """Name the field as a path, such as `task.tests.outputs`; empty for the record as a whole."""
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class NoResponse(FieldError):
    """A row of a trace file in which nothing was answered, such as a request that failed."""


class NoVerifierHere(RolloutError):
    """No service was named, and this installation has none to start."""


class VerifierDied(RolloutError):
    """The private verifier did not start, or died too often."""


class SamplerError(RolloutError):
    """The model that is sampled from cannot be had, or not by this name or with these credentials."""


class Refused(SamplerError):
    """The model takes no such prompt: it is too long, for instance. Others it may take."""


class ServiceError(RolloutError):
    """The service was asked and gave no judgement. Nothing is known about the candidate."""

    kind: ClassVar[str]
    """The `failure_kind` of an unjudged score: the status in lower case, or a word that says more."""


class InvalidTask(ServiceError):
    """The task cannot be judged as it stands; the message names the field."""

    kind = "invalid_task"


class Unsupported(ServiceError):
    """The request is sound, but this service cannot serve it."""

    kind = "failed_precondition"


class TooLarge(ServiceError):
    """A message is over the size limit of the service."""

    kind = "resource_exhausted"


class Unavailable(ServiceError):
    """The service is busy or stopping."""

    kind = "unavailable"

    def __init__(self, reason: str, retry_after_seconds: float = 0.0) -> None:
        """State when the service wants to be asked again; 0 where it did not say."""
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class TooManyPings(Unavailable):
    """A connection was ended for its signs of life: they were more than the server, or a proxy, permits."""


class Unreachable(ServiceError):
    """Nobody answers."""

    kind = "unreachable"


class ConnectionLost(Unreachable):
    """The connection broke while the service had work of ours."""


class DeadlineExceeded(ServiceError):
    """The caller's deadline passed before the judgement was ready."""

    kind = "deadline_exceeded"


class Cancelled(ServiceError):
    """The call was given up before it was answered."""

    kind = "cancelled"


class JudgingFailed(ServiceError):
    """A jail or a worker of the service failed."""

    kind = "internal"


class Starved(JudgingFailed):
    """The candidate was runnable but got no processor."""

    kind = "starved"


class Unauthenticated(ServiceError):
    """The service wants credentials, or other ones."""

    kind = "unauthenticated"


class Forbidden(ServiceError):
    """The credentials do not allow this call."""

    kind = "permission_denied"


class Unimplemented(ServiceError):
    """The service has no such method."""

    kind = "unimplemented"


class UnexpectedStatus(ServiceError):
    """The answer is not one of the contract: a foreign or a newer service, or a proxy between."""

    kind = "unknown"
