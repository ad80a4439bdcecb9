"""Spans of the client's calls, for OpenTelemetry: off unless a tracer is given, and only then imported.

Each attempt is a span below whatever span is current where it was asked for, and the service continues it
(W3C Trace Context). Attributes hold names and statuses, never text of a model or a task.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rollout.errors import ServiceError
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.trace import Tracer

    Metadata = tuple[tuple[str, str], ...]

_SERVICE = pb.DESCRIPTOR.services_by_name["VerifierService"].full_name


@contextlib.contextmanager
def call_span(tracer: Tracer | None, method: str, metadata: Metadata) -> Iterator[Metadata]:
    """Follow one call; yields the metadata it has to carry.

    Args:
        tracer: makes the span; None for no trace.
        method: name of the RPC.
        metadata: what the call carries anyway.
    """
    if tracer is None:
        yield metadata
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415 - an extra
    from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415

    attributes = {"rpc.system": "grpc", "rpc.service": _SERVICE, "rpc.method": method}
    with tracer.start_as_current_span(
        f"{_SERVICE}/{method}", None, SpanKind.CLIENT, attributes,
        record_exception=False, set_status_on_exception=False,  # their texts may quote a task
    ) as span:  # fmt: skip
        carrier: dict[str, str] = {}
        tracecontext.TraceContextTextMapPropagator().inject(carrier)
        try:
            yield (*metadata, *carrier.items())
        except ServiceError as error:
            span.set_status(Status(StatusCode.ERROR, error.kind))
            raise
