"""Why a request could not be judged. The message of each is a sentence for the caller.

VerifierError
├── InvalidTask        the task cannot be judged as it stands; names the field
├── Unsupported        sound, but not on this server
│   ├── NotInstalled   a known language without its toolchain
│   ├── AssuranceTooWeak
│   └── OtherRuleset
├── Overloaded         too much waits already; carries when to retry
│   └── NoOpinion      the judge that is asked for second opinions does not answer
├── OutOfTime          the caller's deadline came before the judgement
├── CallerGone         nobody is there to take the answer
├── TooLarge           over a size limit
└── JudgingFailed      a jail or worker of ours failed
    └── ProcessorStarved  a candidate was runnable but got no processor

None of them is ever a score. What a candidate does is a `Judgement`. `verifier.service` maps each class to
one gRPC status, in one table.
"""

from __future__ import annotations


class VerifierError(Exception):
    """The request could not be judged."""


class InvalidTask(VerifierError):
    """The task cannot be judged as it stands."""

    def __init__(self, field: str, reason: str) -> None:
        """Name the offending field, as the wire spells it, such as `task.code.language`."""
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Unsupported(VerifierError):
    """The request is sound, but this server cannot serve it."""


class NotInstalled(Unsupported):
    """The language is known, but its toolchain is not installed."""


class AssuranceTooWeak(Unsupported):
    """The tests can only be judged with less assurance than was asked for."""


class OtherRuleset(Unsupported):
    """The request pins a ruleset that this server does not run."""


class Overloaded(VerifierError):
    """Too much waits already."""

    def __init__(self, reason: str, retry_after_seconds: float) -> None:
        """State when a retry has a chance."""
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class NoOpinion(Overloaded):
    """The judge that is asked for second opinions does not answer; a retry may find it again."""


class OutOfTime(VerifierError):
    """The caller's deadline came before the judgement."""


class CallerGone(VerifierError):
    """Nobody is there to take the answer."""


class TooLarge(VerifierError):
    """The request is over a size limit."""


class JudgingFailed(VerifierError):
    """A jail or worker failed; nothing is known about the candidate."""


class ProcessorStarved(JudgingFailed):
    """A candidate was runnable but got no processor for too long."""
