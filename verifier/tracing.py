"""Traces of calls for OpenTelemetry: a span for each call, one for each item, and where its time went.

Needs the extra `otel`; imported only where an endpoint is set. A call continues the trace that its metadata
names (W3C Trace Context). Attributes hold names, counts and numbers: never text of a model or a task, never a
credential, nothing that a caller wrote but the request id, which is in the log as well. What is not set here
is set by the SDK's own variables, such as `OTEL_EXPORTER_OTLP_HEADERS`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from typing import TYPE_CHECKING

import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from verifier.model import CodeTask
from verifier.version import PACKAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from verifier.dispatch import Assigned
    from verifier.model import Judgement
    from verifier.telemetry import Call

ITEMS_OF_A_CALL = 100
"""So many of a call's items get spans, whatever they took: a stream may hold a hundred thousand."""
WORTH_A_SPAN_SECONDS = 1.0
"""The others get one where they took so long: those are who is looked for."""
_EXPORT_SECONDS = 2.0
"""What a collector may take; a service that stops does not wait longer for one that is not there."""
_NS = 1_000_000_000
_W3C = TraceContextTextMapPropagator()


class Tracing:
    """The spans of one server process."""

    def __init__(self, tracer: trace.Tracer, service: str) -> None:
        """Make spans with this tracer; `service` is the full name of the gRPC service."""
        self._tracer = tracer
        self._service = service
        self._items: Counter[int] = Counter()
        """Spans of items so far, by the span of their call."""

    @contextlib.contextmanager
    def call(self, call: Call) -> Iterator[None]:
        """A call is in progress; what is logged meanwhile names its trace."""
        parent = _W3C.extract(call.trace)
        attributes = {
            "rpc.system": "grpc",
            "rpc.service": self._service,
            "rpc.method": call.method,
            "verifier.request_id": call.request_id,
        }
        with self._tracer.start_as_current_span(
            f"{self._service}/{call.method}", parent, SpanKind.SERVER, attributes,
            record_exception=False, set_status_on_exception=False,  # texts of exceptions may quote a model
        ) as span:  # fmt: skip
            known = span.get_span_context()
            # not unbound: the last line about the call comes later, and its task has this context for itself
            structlog.contextvars.bind_contextvars(trace_id=f"{known.trace_id:032x}")
            try:
                yield
            except BaseException:
                span.set_status(Status(StatusCode.ERROR, next(iter(call.statuses), "CANCELLED")))
                raise
            finally:
                self._items.pop(known.span_id, None)
                for kind, counted in (("verdicts", call.verdicts), ("statuses", call.statuses)):
                    for name, count in counted.items():
                        span.set_attribute(f"verifier.{kind}.{name}", count)

    def judged(self, assigned: Assigned, judgement: Judgement, seconds: float) -> None:
        """An item of the current call has its judgement, after so long."""
        call = trace.get_current_span()
        if not call.is_recording() or not self._is_worth_a_span(call.get_span_context().span_id, seconds):
            return
        ended = time.time_ns()
        began = ended - int(seconds * _NS)
        span = self._tracer.start_span("judge", attributes=_attributes(assigned, judgement), start_time=began)
        phases = [(name, int(lasted * _NS)) for name, lasted in _phases(judgement) if lasted]
        # an equal program that came earlier may have been waited for: then they began before this item
        at = min(began, ended - sum(lasted for _, lasted in phases))
        for name, lasted in phases:
            self._tracer.start_span(name, trace.set_span_in_context(span), start_time=at).end(at + lasted)
            at += lasted
        span.end(ended)

    def _is_worth_a_span(self, call_id: int, seconds: float) -> bool:
        self._items[call_id] += 1
        return self._items[call_id] <= ITEMS_OF_A_CALL or seconds >= WORTH_A_SPAN_SECONDS


def _phases(judgement: Judgement) -> tuple[tuple[str, float], ...]:
    """Laid end to end: in truth, runs and comparisons of a program's tests take turns."""
    usage = judgement.usage
    return (
        ("queue", usage.queued_seconds),
        ("start", usage.start_seconds),
        ("run", usage.wall_seconds),
        ("compare", usage.compare_seconds),
    )


def _attributes(assigned: Assigned, judgement: Judgement) -> dict[str, str | float]:
    shape = assigned.task.shape
    attributes: dict[str, str | float] = {
        "verifier.name": assigned.verifier.name,
        "verifier.verdict": judgement.verdict.name,
        "verifier.cpu_seconds": judgement.usage.cpu_seconds,
        "verifier.memory_bytes": judgement.usage.memory_bytes,
    }
    if isinstance(shape, CodeTask):
        attributes["verifier.language"] = shape.language
    return attributes


@contextlib.asynccontextmanager
async def exported(endpoint: str, share: float, service: str) -> AsyncIterator[Tracing]:
    """Traces that go to a collector, in the background; what it does not take in time is dropped.

    Args:
        endpoint: of OTLP over gRPC, such as http://127.0.0.1:4317.
        share: of the calls, from 0 to 1, where the caller has not decided.
        service: full name of the gRPC service.
    """
    own = Resource({"service.name": "verifier", "service.version": PACKAGE})
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(share)),
        resource=own.merge(OTELResourceDetector().detect()),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, timeout=_EXPORT_SECONDS)))
    try:
        yield Tracing(provider.get_tracer("verifier", PACKAGE), service)
    finally:
        await asyncio.to_thread(provider.shutdown)
