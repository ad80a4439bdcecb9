"""Statuses of the wire to exceptions: one table, complete by test.

Reads the details a status carries (`google.rpc` RetryInfo and ErrorInfo). Decides nothing about retrying;
that is `rollout.retry`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from rollout.errors import (
    Cancelled,
    ConnectionLost,
    DeadlineExceeded,
    Forbidden,
    InvalidTask,
    JudgingFailed,
    ServiceError,
    Starved,
    TooLarge,
    TooManyPings,
    Unauthenticated,
    Unavailable,
    UnexpectedStatus,
    Unimplemented,
    Unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUS_ERRORS: Mapping[grpc.StatusCode, type[ServiceError]] = {
    grpc.StatusCode.OK: UnexpectedStatus,  # a failure that calls itself OK
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.UNKNOWN: UnexpectedStatus,
    grpc.StatusCode.INVALID_ARGUMENT: InvalidTask,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.NOT_FOUND: UnexpectedStatus,
    grpc.StatusCode.ALREADY_EXISTS: UnexpectedStatus,
    grpc.StatusCode.PERMISSION_DENIED: Forbidden,
    grpc.StatusCode.RESOURCE_EXHAUSTED: TooLarge,
    grpc.StatusCode.FAILED_PRECONDITION: Unsupported,
    grpc.StatusCode.ABORTED: UnexpectedStatus,
    grpc.StatusCode.OUT_OF_RANGE: UnexpectedStatus,
    grpc.StatusCode.UNIMPLEMENTED: Unimplemented,
    grpc.StatusCode.INTERNAL: JudgingFailed,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DATA_LOSS: UnexpectedStatus,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
}

_CODES: Mapping[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}
_DETAILS_KEY = "grpc-status-details-bin"
_STARVED = "STARVED"


def error_of_status(status: status_pb2.Status) -> ServiceError:
    """The exception for the status of one item of a batch or stream."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    error = STATUS_ERRORS[code]
    reason = status.message or code.name
    if error is Unavailable:
        return Unavailable(reason, _retry_after_seconds(status))
    if error is JudgingFailed and _is_starved(status):
        return Starved(reason)
    if error is UnexpectedStatus:
        return UnexpectedStatus(f"{code.name}: {reason}")
    return error(reason)


def error_of_call(failure: grpc.aio.AioRpcError) -> ServiceError:
    """The exception for a call that failed as a whole.

    Two meanings share UNAVAILABLE: the service says that it is busy, with details as the contract demands,
    or gRPC itself says that the connection broke. The latter is a ConnectionLost, and so is CANCELLED, which
    is what a call of ours reads when the server went away under it (giving up ourselves raises
    `asyncio.CancelledError` instead).
    """
    status = _details(failure)
    if status is not None:
        return error_of_status(status)
    if failure.code() in _TORN and _TOO_MANY_PINGS in (failure.details() or "").lower().replace("_", " "):
        return TooManyPings(f"the connection was ended: {failure.details()}")
    if failure.code() in _TORN:
        return ConnectionLost(f"the connection broke: {failure.details() or failure.code().name}")
    return error_of_status(status_pb2.Status(code=failure.code().value[0], message=failure.details() or ""))


_TOO_MANY_PINGS = "too many pings"
"""Of the GOAWAY of every implementation of gRPC (gRFC A8), here with or without underscores."""
_TORN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


def _details(failure: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    """The rich status in the trailing metadata; None where there is none, or none that can be read."""
    for key, value in failure.trailing_metadata() or ():
        if key == _DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                return None
    return None


def _retry_after_seconds(status: status_pb2.Status) -> float:
    info = error_details_pb2.RetryInfo()
    return next((info.retry_delay.ToNanoseconds() / 1e9 for any_ in status.details if any_.Unpack(info)), 0.0)


def _is_starved(status: status_pb2.Status) -> bool:
    info = error_details_pb2.ErrorInfo()
    return any(any_.Unpack(info) and info.reason == _STARVED for any_ in status.details)
