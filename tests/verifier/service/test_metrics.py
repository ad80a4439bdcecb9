"""What Prometheus finds, and that dashboards and alerts ask for nothing else."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes import FakeVerifier, running
from verifier.cli.top import look
from verifier.errors import Overloaded
from verifier.metrics import Metrics
from verifier.model import Assurance, CodeTask, Judgement, Usage, Verdict
from verifier.ports import CannotStart
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = Path(__file__).parents[3] / "helm/verifier/files"
NAME = re.compile(r"\bverifier_\w+")
ANSWER = pb.Task(answer=pb.AnswerTask(answers=["204"]))
PROGRAM = pb.Task(
    code=pb.CodeTask(language="python", stdio=pb.StdioTests(cases=[pb.StdioCase(input=b"1", output=b"1")]))
)


@pytest.fixture
def address() -> str:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def scraped(address: str) -> str:
    """As Prometheus reads it."""
    with urlopen(f"http://{address}/metrics", timeout=20) as answer:
        text: str = answer.read().decode()
    return text


def top(address: str) -> str:
    """What the command prints."""
    command = (sys.executable, "-m", "verifier", "top", address, "--once", "--every", "0.1")
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


async def test_what_was_judged_is_counted_and_measured(address: str) -> None:
    usage = Usage(cpu_seconds=0.5, wall_seconds=2, start_seconds=0.02, compare_seconds=0.2)
    judged = Judgement(Verdict.TIME_LIMIT, 0.0, False, Assurance.COMPARED_OUTSIDE, usage=usage)
    verifiers = (
        FakeVerifier(failures={"busy": Overloaded("full", 1.0)}),
        FakeVerifier(name="code", shape=CodeTask, judgements={"hang": judged}),
    )
    items = [
        *(pb.Item(response=text, task=ANSWER) for text in ("204", "204", "205", "busy")),
        pb.Item(response="hang", task=PROGRAM),
    ]
    async with running(*verifiers, metrics_listen=address) as client:
        await client.stub.VerifyBatch(pb.VerifyBatchRequest(items=items))
        now = look([address, "127.0.0.1:1"])

    assert now.silent == ("127.0.0.1:1",)
    assert now.sum("verifier_judged_total", verifier="math", verdict="ACCEPTED") == 2
    assert now.sum("verifier_judged_total", verifier="code", language="python", verdict="TIME_LIMIT") == 1
    assert now.sum("verifier_failed_total", status="UNAVAILABLE") == 1
    assert now.sum("verifier_call_seconds_count", method="VerifyBatch") == 1
    assert now.sum("verifier_ready") == 1
    assert now.sum("verifier_isolation_info", launch="cold", limits="rlimit", separate_uids="false") == 1
    found = {phase: now.sum(f"verifier_{phase}_seconds_sum", language="python") for phase in
             ("cpu", "run", "start", "compare")}  # fmt: skip
    assert found == {"cpu": 0.5, "run": 2.0, "start": 0.02, "compare": 0.2}


async def test_nothing_a_caller_wrote_becomes_a_label(address: str) -> None:
    async with running(FakeVerifier(), metrics_listen=address) as client:
        item = pb.Item(id="id-secret", response="response-secret", task=ANSWER)
        await client.stub.VerifyBatch(pb.VerifyBatchRequest(items=[item]))
        assert "secret" not in scraped(address)


async def test_an_address_that_is_taken_ends_the_start(address: str) -> None:
    async with running(FakeVerifier(), metrics_listen=address):
        with pytest.raises(CannotStart, match="VERIFIER_METRICS_LISTEN"):
            async with running(FakeVerifier(), metrics_listen=address):
                pass


async def test_top_shows_a_running_service(address: str) -> None:
    async with running(FakeVerifier(), metrics_listen=address) as client:
        await client.stub.VerifyBatch(pb.VerifyBatchRequest(items=[pb.Item(response="204", task=ANSWER)]))
        shown = top(address)
    assert "math" in shown
    assert "programs" in shown


def names() -> Iterator[str]:
    """Every name that Prometheus stores for our metrics."""
    for family in Metrics().registry.collect():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
        for suffix in suffixes.get(family.type, ("",)):
            yield family.name + suffix


def expressions() -> list[str]:
    """All that the dashboard and the alerts ask."""
    dashboard = json.loads((FILES / "dashboard.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [variable["query"] for variable in dashboard["templating"]["list"]]
    return asked + re.findall(r"expr: (.*)", (FILES / "alerts.yaml").read_text())


def test_dashboard_and_alerts_ask_for_metrics_that_exist() -> None:
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(expressions()) > 15
    assert asked - set(names()) == set()


def test_every_metric_is_on_the_dashboard_or_in_an_alert() -> None:
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    families = {family.name for family in Metrics().registry.collect()}
    assert {name for name in families if not any(one.startswith(name) for one in asked)} == set()


def test_labels_that_are_asked_for_exist() -> None:
    verdicts = {verdict.name for verdict in Verdict}
    for expression in expressions():
        assert set(re.findall(r'verdict="(\w+)"', expression)) <= verdicts
        assert set(re.findall(r'status="(\w+)"', expression)) <= {
            "INTERNAL",
            "UNAVAILABLE",
            "INVALID_ARGUMENT",
        }


def test_the_format_is_prometheus_own() -> None:
    from prometheus_client import generate_latest  # noqa: PLC0415

    text = generate_latest(Metrics().registry).decode()
    assert {family.name for family in text_string_to_metric_families(text)} >= {
        "verifier_judged",
        "verifier_ready",
    }
