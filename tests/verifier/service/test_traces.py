"""Traces that a collector gets from a running service and its client, over real OTLP."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from structlog.testing import capture_logs

from rollout.access import Access
from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.sync import SyncClient
from tests.collector import Collector, attributes, collecting, tree
from tests.fakes import FakeVerifier, running
from verifier import telemetry, tracing
from verifier.access.tokens import sha256
from verifier.errors import JudgingFailed
from verifier.model import Assurance, CodeTask, Judgement, Usage
from verifier.model import Verdict as Judged
from verifier.ports import CannotStart
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from opentelemetry.trace import Tracer

SERVICE = "verifier.v1.VerifierService"
IMPATIENT = RetryPolicy(attempts=1, patience_seconds=1)
STDIO = pb.StdioTests(cases=[pb.StdioCase(input=b"1", output=b"GOLD-SECRET")])
PROGRAM = Trace("RESPONSE-SECRET", pb.Task(code=pb.CodeTask(language="python", stdio=STDIO)), id="ID-SECRET")
JUDGEMENT = Judgement(
    Judged.TIME_LIMIT, 0.0, False, Assurance.COMPARED_OUTSIDE, extracted="FOUND-SECRET", detail="SAID-SECRET",
    usage=Usage(cpu_seconds=0.5, wall_seconds=2, queued_seconds=1, start_seconds=0.02, compare_seconds=0.2),
)  # fmt: skip


def code_verifier() -> FakeVerifier:
    """Says of every program that it took its time."""
    return FakeVerifier("code", CodeTask, judgements={PROGRAM.response: JUDGEMENT})


def answer(gold: str = "204", response: str = "204") -> Trace:
    """An answer, right unless told otherwise."""
    return Trace(response, pb.Task(answer=pb.AnswerTask(answers=[gold])))


@contextlib.asynccontextmanager
async def traced(collector: Collector) -> AsyncIterator[Tracer]:
    """A trainer's tracer, whose spans go to the same collector."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(collector.address)))
    try:
        yield provider.get_tracer("trainer")
    finally:
        await asyncio.to_thread(provider.shutdown)


@contextlib.asynccontextmanager
async def asking(verifier: FakeVerifier, collector: str) -> AsyncIterator[Client]:
    """A client that traces nothing, of a service that does."""
    async with (
        running(verifier, traces_endpoint=collector) as service,
        Client(service.address, policy=IMPATIENT) as client,
    ):
        yield client


async def ask(client: Client, method: str) -> Verdict:
    """The verdict of one program, asked for in one of three ways."""
    if method == "Verify":
        return (await client.verify(PROGRAM)).verdict
    if method == "VerifyBatch":
        return (await client.verify_batch([PROGRAM]))[0].verdict
    async with contextlib.aclosing(client.verify_stream([PROGRAM])) as answers:
        return (await anext(answers)).score.verdict


@pytest.mark.parametrize("method", ["Verify", "VerifyBatch", "VerifyStream"])
async def test_spans_of_client_and_service_join_and_say_where_the_time_went(
    method: str, tmp_path: Path
) -> None:
    (tmp_path / "tokens").write_text(f"trainer {sha256('TOKEN-SECRET')}\n")
    async with collecting() as collector:
        settings = {"traces_endpoint": collector.address, "tokens": tmp_path / "tokens"}
        async with (
            running(code_verifier(), **settings) as service,
            traced(collector) as tracer,
            Client(service.address, access=Access("TOKEN-SECRET"), tracer=tracer) as client,
        ):
            with tracer.start_as_current_span("step"):
                assert await ask(client, method) is Verdict.TIME_LIMIT
        spans = await collector.have(8)

    call = f"{SERVICE}/{method}"
    assert len({span.trace_id for span in spans}) == 1
    assert tree(spans) == {
        "": ["step"],
        "step": [call],
        call: ["judge", call],
        "judge": ["compare", "queue", "run", "start"],
    }
    by_name = {span.name: span for span in spans}
    lasted = {name: span.end_time_unix_nano - span.start_time_unix_nano for name, span in by_name.items()}
    assert [lasted[name] / 1e9 for name in ("start", "run", "compare")] == [0.02, 2, 0.2]
    assert lasted["queue"] / 1e9 >= 1  # and what the service's own queue took
    assert attributes(by_name["judge"]) == {
        "verifier.name": "code",
        "verifier.language": "python",
        "verifier.verdict": "TIME_LIMIT",
        "verifier.cpu_seconds": 0.5,
        "verifier.memory_bytes": 0,
    }
    assert b"SECRET" not in collector.raw
    assert sha256("TOKEN-SECRET").encode() not in collector.raw


async def test_a_client_without_an_event_loop_continues_the_span_of_its_thread() -> None:
    def trainer(address: str, tracer: Tracer) -> None:
        client = SyncClient(address, make=lambda target: Client(target, tracer=tracer))
        with client, tracer.start_as_current_span("step"):
            client.verify(PROGRAM)

    async with collecting() as collector:
        async with (
            running(code_verifier(), traces_endpoint=collector.address) as service,
            traced(collector) as tracer,
        ):
            await asyncio.to_thread(trainer, service.address, tracer)
        spans = await collector.have(8)

    assert tree(spans)["step"] == [f"{SERVICE}/Verify"]


async def test_what_was_not_judged_is_counted_without_its_text() -> None:
    """Also for callers that trace nothing: the trace begins at the service then."""
    verifier = FakeVerifier(failures={"bad": JudgingFailed("FAILURE-SECRET")})
    async with collecting() as collector:
        async with asking(verifier, collector.address) as client:
            await client.verify_batch([answer(), answer(response="bad"), answer(response="205")])
            assert (await client.verify(answer(response="bad"))).failure_kind == "internal"
        spans = await collector.have(4)

    batch, single = (span for span in spans if span.name.startswith(SERVICE))
    counted = {name: count for name, count in attributes(batch).items() if name.startswith("verifier.")}
    del counted["verifier.request_id"]
    assert counted == {
        "verifier.verdicts.ACCEPTED": 1,
        "verifier.verdicts.WRONG_ANSWER": 1,
        "verifier.statuses.INTERNAL": 1,
    }
    assert (single.status.code, single.status.message) == (2, "INTERNAL")
    assert b"SECRET" not in collector.raw


async def test_of_calls_that_nobody_traces_a_share_is_traced() -> None:
    """None of them here; whoever traces is not asked."""
    async with collecting() as collector:
        settings = {"traces_endpoint": collector.address, "traces_share": 0}
        async with running(code_verifier(), **settings) as service, traced(collector) as tracer:
            for each in (None, tracer, None):
                async with Client(service.address, tracer=each) as client:
                    await client.verify(PROGRAM)
        spans = await collector.have(7)

    assert [span.name for span in spans].count("judge") == 1


async def test_a_call_with_many_items_has_few_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones, and those that took long."""
    gate = asyncio.Event()
    verifier = FakeVerifier(gates={"slow": gate})
    monkeypatch.setattr(tracing, "ITEMS_OF_A_CALL", 10)
    monkeypatch.setattr(tracing, "WORTH_A_SPAN_SECONDS", 0.5)
    async with collecting() as collector:
        async with asking(verifier, collector.address) as client:
            traces = [*(answer(response=str(n)) for n in range(50)), answer(response="slow")]
            asked = asyncio.create_task(client.verify_batch(traces))
            await verifier.arrivals(51)
            await asyncio.wait((asked,), timeout=0.6)
            gate.set()
            await asked
        spans = await collector.have(12)

    assert [span.name for span in spans].count("judge") == 11


async def test_lines_of_the_log_name_the_trace() -> None:
    async with collecting() as collector:
        with capture_logs(processors=[telemetry.structlog.contextvars.merge_contextvars]) as log:
            async with asking(FakeVerifier(), collector.address) as client:
                await client.verify(answer())
        (call,) = [span for span in await collector.have(2) if span.name.startswith(SERVICE)]

    (line,) = [line for line in log if line["event"] == "call"]
    assert line["trace_id"] == call.trace_id.hex()


async def test_a_collector_that_is_not_there_costs_no_verdict() -> None:
    async with asking(FakeVerifier(), "http://127.0.0.1:1") as client:
        assert (await client.verify(answer())).verdict is Verdict.ACCEPTED


async def test_a_missing_extra_ends_the_start_with_the_name_of_the_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "verifier.tracing", None)
    with pytest.raises(CannotStart, match=r"VERIFIER_TRACES_ENDPOINT.*otel"):
        async with running(FakeVerifier(), traces_endpoint="http://127.0.0.1:1"):
            pass


def test_who_traces_nothing_imports_nothing() -> None:
    program = (
        "import sys, verifier.server, rollout.sync\n"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
