"""What a run reports, written inside the wall and read outside: one frame for one run.

A call reports a claim: the value its function returned. A test reports what became of it, with the token
that only the test's process knows. Anything else, more than one frame included, is no report.
"""

from __future__ import annotations

from dataclasses import dataclass

from verifier.judge.inside import plain, references, remote
from verifier.judge.inside.errors import Malformed, NotPlain

VALUE = "value"
REFUSED = "refused"
"""The result has no plain form; a reason follows."""
FOREIGN = "foreign"
"""Stands inside a value for an object that is not plain."""

PASSED = "passed"
FAILED = "failed"
"""The test found the candidate wrong."""
RAISED = "raised"
"""The candidate raised what the test did not expect."""
MISSING = "missing"
"""The program does not define what is tested."""
GONE = "gone"
"""The candidate's process ended, or broke the protocol, before the test did."""
INVALID = "invalid"
"""The test itself cannot run, whatever the candidate."""
TEST_ENDS = (PASSED, FAILED, RAISED, MISSING, GONE, INVALID)

_TEXT_CHARACTERS = 2000


@dataclass(frozen=True)
class Foreign:
    """An object that was not plain, where a value was expected; equal to no value."""

    type_name: str


@dataclass(frozen=True)
class Claim:
    """What a call is said to have returned."""

    value: object
    refused: str = ""
    """Why there is no value; empty where there is one."""


@dataclass(frozen=True)
class TestEnd:
    """What became of a test."""

    __test__ = False  # no test case of pytest
    kind: str
    error: str
    """Type of the exception, where there was one."""
    message: str
    """Its text, which may name expected values."""


def write_claim(result: object) -> bytes:
    """The report of a call."""
    try:
        return plain.encode((VALUE, result), _describe)
    except NotPlain as problem:
        return plain.encode((REFUSED, str(problem)))


def _describe(value: object) -> object:
    """An instance of a subclass counts as what its plain base holds: a namedtuple as a tuple."""
    base = references.plain_base(value)
    return (FOREIGN, type(value).__name__[:100]) if base is remote.NO_BASE else (VALUE, base)


def read_claim(report: bytes) -> Claim:
    """The claim in a report.

    Raises:
        Malformed: there is not exactly one.
    """
    frame = plain.decode(report, _resolve)
    if type(frame) is not tuple or len(frame) != 2 or frame[0] not in (VALUE, REFUSED):
        raise Malformed("no claim")
    kind, content = frame
    return Claim(content) if kind == VALUE else Claim(None, str(content)[:_TEXT_CHARACTERS] or REFUSED)


def _resolve(description: object) -> object:
    if type(description) is not tuple or len(description) != 2:
        raise Malformed("no description")
    kind, content = description
    if kind == VALUE:
        return content
    return Foreign(str(content)[:100])


def write_test_end(token: bytes, kind: str, error: str = "", message: str = "") -> bytes:
    """The report of a test."""
    return plain.encode((token, kind, error[:_TEXT_CHARACTERS], message[:_TEXT_CHARACTERS]))


def read_test_end(report: bytes, token: bytes) -> TestEnd:
    """What a report says about a test.

    Raises:
        Malformed: there is not exactly one frame with this token.
    """
    frame = plain.decode(report)
    if type(frame) is not tuple or len(frame) != 4 or frame[0] != token or frame[1] not in TEST_ENDS:
        raise Malformed("no end of a test")
    return TestEnd(*frame[1:])
