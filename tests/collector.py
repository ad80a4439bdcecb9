"""A collector of OpenTelemetry's traces, as small as can be: real OTLP over gRPC, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from opentelemetry.proto.trace.v1.trace_pb2 import Span

HANG_SECONDS = 20


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.address = ""
        self.spans: list[Span] = []
        self.raw = b""
        """All of it, as it came."""
        self._came = asyncio.Condition()

    async def Export(self, request: pb.ExportTraceServiceRequest, context: object) -> object:  # noqa: N802 - gRPC's
        """Take some spans."""
        self.raw += request.SerializeToString()
        for of_resource in request.resource_spans:
            for of_scope in of_resource.scope_spans:
                self.spans += of_scope.spans
        async with self._came:
            self._came.notify_all()
        return pb.ExportTraceServiceResponse()

    async def have(self, count: int) -> list[Span]:
        """Wait until so many spans have come."""
        async with asyncio.timeout(HANG_SECONDS), self._came:
            await self._came.wait_for(lambda: len(self.spans) >= count)
        return self.spans


def tree(spans: list[Span]) -> dict[str, list[str]]:
    """Names of spans by the name of the one above; several of one name are told apart nowhere."""
    names = {span.span_id: span.name for span in spans}
    below: dict[str, list[str]] = {}
    for span in spans:
        below.setdefault(names.get(span.parent_span_id, ""), []).append(span.name)
    return {name: sorted(each) for name, each in below.items()}


def attributes(span: Span) -> dict[str, object]:
    """Of a span, as plain values."""
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value")
        for each in span.attributes
    }


@contextlib.asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector that listens."""
    collector, server = Collector(), grpc.aio.server()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    collector.address = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield collector
    finally:
        await server.stop(None)
