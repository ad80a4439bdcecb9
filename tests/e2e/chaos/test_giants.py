"""Tasks of many megabytes with many responses each, through one client: each task travels once, unasked, and
the service gives back what it held of them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from rollout.client import Client
from rollout.model import Trace, Verdict
from tests.e2e.chaos.served import HANG_SECONDS, served
from tests.e2e.chaos.wires import wire
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.heavy

TASKS = int(os.environ.get("CHAOS_TASKS", "32"))
TASK_BYTES = int(os.environ.get("CHAOS_TASK_MB", "2")) << 20
RESPONSES = 16
STREAM_BYTES = 8 * TASK_BYTES
"""Defined on one stream before the client begins another one, and the service may forget the tasks."""
OVERHEAD = 1.05
"""Of what is sent, beside the tasks: responses, and gRPC's own."""
ROOM_BYTES = 6 * STREAM_BYTES + (64 << 20)
"""For the service: tasks in pieces, as read and as kept, on a stream that ends and on the one after it."""


def _traces() -> Iterator[Trace]:
    """In order of their tasks, as a trainer has them."""
    for number in range(TASKS):
        ballast = os.urandom(TASK_BYTES)
        cases = [pb.StdioCase(input=f"{number}\n".encode(), output=f"{number * number}\n".encode())]
        cases.append(pb.StdioCase(input=b"3\n" + ballast, output=b"9"))
        task = pb.Task(code=pb.CodeTask(language="bash", stdio=pb.StdioTests(cases=cases)))
        for response in range(RESPONSES):
            yield Trace(f"```bash\nread -r n; echo $((n * n)) # {response % 2}\n```", task)


async def test_large_tasks_travel_once_and_are_forgotten() -> None:
    async with served() as service, wire(service.address) as (between, address):
        before = service.memory_bytes()
        async with Client(address, connections=1, definition_bytes=STREAM_BYTES) as client:
            most, verdicts = before, Counter[Verdict]()
            async with asyncio.timeout(HANG_SECONDS + TASKS * RESPONSES):
                async for answer in client.verify_stream(_traces()):
                    verdicts[answer.score.verdict] += 1
                    most = max(most, service.memory_bytes())
        sent = between.sent_bytes / (TASKS * TASK_BYTES)
        sys.stdout.write(
            f"{TASKS} tasks of {TASK_BYTES >> 20} MB: sent {sent:.3f} times; "
            f"the server held {before >> 20} MB before, and {most >> 20} MB at most\n"
        )
    assert verdicts == {Verdict.ACCEPTED: TASKS * RESPONSES}
    assert 1 <= sent < OVERHEAD
    assert most - before < ROOM_BYTES
