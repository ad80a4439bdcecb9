"""A trace of a real program: `verifier serve` as people run it, a collector, and a client that traces."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from tests.collector import attributes, collecting
from tests.e2e.test_serve import SERVE, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

SQUARE = parse_task(
    {"verifier": "code", "language": "python", "tests": {"inputs": ["4\n"], "outputs": ["16\n"]}}
)


def upwards(span: Span, spans: list[Span]) -> Iterator[str]:
    """Names of the spans above this one."""
    by_id = {each.span_id: each for each in spans}
    while (above := by_id.get(span.parent_span_id)) is not None:
        yield above.name
        span = above


async def test_the_run_of_a_program_is_seen_below_the_call_that_asked_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with collecting() as collector:
        monkeypatch.setenv("VERIFIER_TRACES_ENDPOINT", collector.address)
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(collector.address)))
        async with (
            serving(*SERVE) as (process, address),
            Client(address, tracer=provider.get_tracer("trainer")) as client,
        ):
            score = await client.verify(Trace("```python\nprint(int(input()) ** 2)\n```", SQUARE))
            assert score.verdict is Verdict.ACCEPTED, score.failure_reason
            process.terminate()  # sends what it has
            await process.wait()
        await asyncio.to_thread(provider.shutdown)
        spans = await collector.have(6)

    call = "verifier.v1.VerifierService/Verify"
    (run,) = [span for span in spans if span.name == "run"]
    assert list(upwards(run, spans)) == ["judge", call, call]
    assert run.end_time_unix_nano > run.start_time_unix_nano
    (judged,) = [span for span in spans if span.name == "judge"]
    assert attributes(judged)["verifier.cpu_seconds"] > 0
    assert {"start", "compare"} <= {span.name for span in spans}
