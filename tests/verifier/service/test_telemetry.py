"""What the log says, and what it must not."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import grpc
import pytest
import structlog
from structlog.testing import capture_logs

from tests.fakes import FakeVerifier, running
from verifier import telemetry
from verifier.turns import Caller
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from structlog.typing import EventDict

TASK = pb.Task(answer=pb.AnswerTask(answers=["SECRET gold"]))
HANG_SECONDS = 20


def lines_of(log: list[EventDict], event: str) -> list[EventDict]:
    """Log lines of one kind."""
    return [line for line in log if line["event"] == event]


async def test_a_call_is_one_line_with_counts_and_without_texts() -> None:
    responses = ("SECRET gold", "SECRET response", "bug")
    items = [pb.Item(id="SECRET id", response=response, task=TASK) for response in responses]
    verifier = FakeVerifier(failures={"bug": RuntimeError("SECRET text")})
    with capture_logs() as log:
        async with running(verifier) as client:
            await client.stub.VerifyBatch(pb.VerifyBatchRequest(items=items), timeout=HANG_SECONDS)

    (line,) = lines_of(log, "call")
    assert line["verdicts"] == {"ACCEPTED": 1, "WRONG_ANSWER": 1}
    assert line["statuses"] == {"INTERNAL": 1}
    assert "SECRET" not in str(log)


async def test_an_unexpected_failure_is_logged_with_its_place_and_the_id_that_the_caller_got() -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as log:
        async with running(FakeVerifier(failures={"r": RuntimeError("SECRET")})) as client:
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                await client.stub.Verify(
                    pb.VerifyRequest(item=pb.Item(response="r", task=TASK)),
                    timeout=HANG_SECONDS,
                    metadata=(("x-request-id", "step-7"),),
                )

    (line,) = lines_of(log, "unexpected failure")
    assert line["error"] == "RuntimeError"
    assert "fakes.py" in line["frames"][-1]
    assert line["request_id"] == "step-7"
    assert "step-7" in str(failed.value.details())


@pytest.mark.parametrize("offered", ["", "x" * 65, "a\nb", "é"])
def test_a_request_id_that_would_disturb_the_log_is_replaced(offered: str) -> None:
    with telemetry.call("Verify", Caller(), {"x-request-id": offered}) as call:
        assert call.request_id != offered
        assert len(call.request_id) == 32


def test_every_line_of_the_process_is_json_and_quotes_no_exception() -> None:
    """Libraries log through `logging`; their lines have the same form, and no text of an exception."""
    program = """
import logging, structlog
from verifier import telemetry
telemetry.configure("json", "info")
structlog.get_logger().info("ours", n=1)
structlog.get_logger().debug("hidden")
try:
    raise ValueError("SECRET")
except ValueError:
    logging.getLogger("grpc").exception("theirs")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [("ours", "info"), ("theirs", "error")]
    assert lines[1]["error"] == "ValueError"
    assert "SECRET" not in done.stderr
