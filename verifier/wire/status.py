"""The error table: which status each failure becomes, with details that a program can read.

A status says why there is no judgement, in a sentence of ours. It never carries a traceback, the name of a
class, or text of a model, and it is bounded, since it travels in HTTP headers of a few kilobytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from verifier.errors import (
    AssuranceTooWeak,
    CallerGone,
    InvalidTask,
    JudgingFailed,
    NoOpinion,
    NotInstalled,
    OtherRuleset,
    OutOfTime,
    Overloaded,
    ProcessorStarved,
    TooLarge,
    Unsupported,
    VerifierError,
)
from verifier.wire.text import wire_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.message import Message

DOMAIN = "verifier.v1"
"""Of the reasons in `google.rpc.ErrorInfo`."""
DETAILS_KEY = "grpc-status-details-bin"
"""Trailer that carries the whole `google.rpc.Status`: the convention of gRPC's richer error model."""
MESSAGE_BYTES = 512
"""The text travels three times, escaped threefold at worst, and clients take 8 KiB of headers by default."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one class of errors becomes."""

    code: grpc.StatusCode
    reason: str
    """For programs, in `google.rpc.ErrorInfo`."""


STATUSES: Mapping[type[VerifierError], Row] = {
    VerifierError: Row(grpc.StatusCode.INTERNAL, "FAILED"),
    InvalidTask: Row(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_TASK"),
    Unsupported: Row(grpc.StatusCode.FAILED_PRECONDITION, "UNSUPPORTED"),
    NotInstalled: Row(grpc.StatusCode.FAILED_PRECONDITION, "NOT_INSTALLED"),
    AssuranceTooWeak: Row(grpc.StatusCode.FAILED_PRECONDITION, "ASSURANCE_TOO_WEAK"),
    OtherRuleset: Row(grpc.StatusCode.FAILED_PRECONDITION, "OTHER_RULESET"),
    Overloaded: Row(grpc.StatusCode.UNAVAILABLE, "OVERLOADED"),
    NoOpinion: Row(grpc.StatusCode.UNAVAILABLE, "NO_SECOND_OPINION"),
    OutOfTime: Row(grpc.StatusCode.DEADLINE_EXCEEDED, "OUT_OF_TIME"),
    CallerGone: Row(grpc.StatusCode.CANCELLED, "CALLER_GONE"),
    TooLarge: Row(grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE"),
    JudgingFailed: Row(grpc.StatusCode.INTERNAL, "JUDGING_FAILED"),
    ProcessorStarved: Row(grpc.StatusCode.INTERNAL, "STARVED"),
}
"""Complete by test: every class of `verifier.errors`."""


def code_of(error: VerifierError) -> grpc.StatusCode:
    """The status code of an error."""
    return STATUSES[type(error)].code


def status_of(error: VerifierError) -> status_pb2.Status:
    """The whole status of an error, details included."""
    row = STATUSES[type(error)]
    return status_pb2.Status(
        code=row.code.value[0],
        message=wire_text(str(error), MESSAGE_BYTES),
        details=[_packed(error_details_pb2.ErrorInfo(reason=row.reason, domain=DOMAIN)), *_details(error)],
    )


def _details(error: VerifierError) -> list[Any]:
    if isinstance(error, InvalidTask):
        return [_packed(_bad_request(error))]
    if isinstance(error, Overloaded):
        return [_packed(_retry_info(error))]
    return []


def _bad_request(error: InvalidTask) -> error_details_pb2.BadRequest:
    violation = error_details_pb2.BadRequest.FieldViolation(
        field=wire_text(error.field, MESSAGE_BYTES), description=wire_text(error.reason, MESSAGE_BYTES)
    )
    return error_details_pb2.BadRequest(field_violations=[violation])


def _retry_info(error: Overloaded) -> error_details_pb2.RetryInfo:
    delay = Duration()
    delay.FromNanoseconds(round(error.retry_after_seconds * 1e9))
    return error_details_pb2.RetryInfo(retry_delay=delay)


def _packed(detail: Message) -> Any:
    packed = Any()
    packed.Pack(detail)
    return packed
