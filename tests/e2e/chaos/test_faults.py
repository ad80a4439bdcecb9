"""What else goes wrong around a service: no disk, descriptors or processes left, a clock that jumps,
and clients that never read, go away, or lose their connection."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.tasks.table import parse_task
from tests.e2e.chaos import killing, work
from tests.e2e.chaos.clocks import clock
from tests.e2e.chaos.served import HANG_SECONDS, SERVE, Served, served
from tests.e2e.chaos.wires import wire
from verifier.v1 import verifier_pb2 as pb
from verifier.v1.verifier_pb2_grpc import VerifierServiceStub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.heavy

TASK = parse_task({"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["16"]}})
RIGHT = "```python\nprint(int(input()) ** 2)  # {}\n```"
ENDLESS = "```python\nwhile True: pass\n```"
PERSISTENT = RetryPolicy(attempts=100, losses=100, patience_seconds=HANG_SECONDS)


async def _judged(address: str, count: int = 16) -> list[Verdict]:
    """Of so many right programs, asked for at once."""
    async with Client(address) as client:
        traces = [Trace(RIGHT.format(number), TASK) for number in range(count)]
        scores = await client.verify_batch(traces, timeout_seconds=HANG_SECONDS)
    return [score.verdict for score in scores]


async def test_a_client_that_vanishes_leaves_no_jail() -> None:
    """Killed in the middle of a call, so that it says no goodbye."""
    script = (
        "import asyncio, sys\n"
        "from rollout.client import Client\n"
        "from rollout.model import Trace\n"
        "from verifier.v1 import verifier_pb2 as pb\n"
        "async def main():\n"
        "    async with Client(sys.argv[1]) as client:\n"
        "        await client.verify(Trace(sys.argv[2], pb.Task.FromString(bytes.fromhex(sys.argv[3]))))\n"
        "asyncio.run(main())\n"
    )
    async with served() as service:
        argv = (sys.executable, "-c", script, service.address, ENDLESS, TASK.SerializeToString().hex())
        client = await asyncio.create_subprocess_exec(*argv, stderr=subprocess.DEVNULL)
        await _inits(service, at_least=1)
        client.kill()
        await client.wait()
        await _inits(service, at_most=0)
        assert await _judged(service.address) == [Verdict.ACCEPTED] * 16


async def _inits(service: Served, *, at_least: int = 0, at_most: int = 1000) -> None:
    """Wait until there are so many jails."""
    async with asyncio.timeout(HANG_SECONDS):
        while not at_least <= len(killing.victims(service)["init"]) <= at_most:  # noqa: ASYNC110 - see below
            await asyncio.sleep(0.01)  # another process's children: nobody tells


async def test_torn_connections_cost_no_answer() -> None:
    count = 400
    async with served() as service, wire(service.address) as (between, address):
        answers: dict[int, list[Verdict]] = {}
        pieces = [piece for piece, _ in zip(work.pieces(), range(count), strict=False)]
        async with Client(address, policy=PERSISTENT) as client, asyncio.timeout(HANG_SECONDS):
            async for answer in client.verify_stream(piece.trace for piece in pieces):
                answers.setdefault(answer.index, []).append(answer.score.verdict)
                if len(answers) in (50, 150, 250):
                    between.cut()
    assert answers == {index: [piece.wanted] for index, piece in enumerate(pieces)}


async def test_a_client_that_does_not_read_keeps_nobody_out() -> None:
    """And the service holds a window of its items, not all that it would like to send."""
    async with served() as service, grpc.aio.insecure_channel(service.address) as channel:
        before = service.memory_bytes()
        call = VerifierServiceStub(channel).VerifyStream(_flood())
        await call.read()  # it has begun; nothing is read from now on
        for _ in range(4):
            assert await _judged(service.address) == [Verdict.ACCEPTED] * 16
        assert service.memory_bytes() - before < 256 << 20
        call.cancel()


async def _flood() -> AsyncIterator[pb.VerifyStreamRequest]:
    """Without end; the answers quote a kilobyte each."""
    task = pb.Task(answer=pb.AnswerTask(answers=["204"]))
    while True:
        item = pb.Item(id="x" * 1000, response="\\boxed{" + "1" * 1000 + "}", task=task)
        yield pb.VerifyStreamRequest(item=item)


@pytest.mark.parametrize("descriptors", [64, 96, 128])
async def test_without_descriptors_nothing_is_judged_wrongly(descriptors: int) -> None:
    """Right programs are accepted or not judged at all, and the service lives; or it does not start."""
    policy = RetryPolicy(attempts=2, patience_seconds=5)
    async with served("prlimit", f"--nofile={descriptors}:", *SERVE, may_refuse=True) as service:
        if not service.runs:
            return
        async with Client(service.address, policy=policy) as client:
            traces = [Trace(RIGHT.format(number), TASK) for number in range(64)]
            scores = await client.verify_batch(traces, timeout_seconds=HANG_SECONDS)
        assert {score.verdict for score in scores} <= {Verdict.ACCEPTED, Verdict.UNJUDGED}
        assert service.runs


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    """A disk of its own: interpreters that jails show are copied to it at the start."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="chaos-disk-"))
    folder.chmod(0o755)
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=512m,mode=755", "tmpfs", folder), check=True)
    yield folder
    subprocess.run(("umount", "-l", folder), check=True)
    folder.rmdir()


async def test_a_full_disk_changes_no_verdict(tiny_disk: Path) -> None:
    """What is needed of it is written at the start; templates start again without it."""
    async with served(TMPDIR=str(tiny_disk)) as service:
        _fill(tiny_disk)
        assert await _judged(service.address) == [Verdict.ACCEPTED] * 16
        assert killing.kill_one(service, random.Random(1), ("template",)) == "template"
        assert await _judged(service.address) == [Verdict.ACCEPTED] * 16


def _fill(disk: Path) -> None:
    with contextlib.suppress(OSError), (disk / "full").open("wb", buffering=0) as full:
        while True:
            full.write(bytes(4096))
    assert os.statvfs(disk).f_bavail == 0


JUMPS = (3600, -3600, 0, 10**9, -(10**9), 86_400)
"""Seconds by which the wall clock is wrong: a changed zone, a machine that woke up, a lost battery."""


async def test_a_wall_clock_that_jumps_changes_nothing(tmp_path: Path) -> None:
    """No verdict, no wait, no readiness, no deadline: time is measured by clocks that nobody can set."""
    wall = clock(tmp_path)
    async with served(VERIFIER_PROBE_SECONDS="1", **wall.environment) as service:
        pieces = [piece for piece, _ in zip(work.pieces(), range(20 * len(JUMPS)), strict=False)]
        answers: dict[int, list[Verdict]] = {}
        async with Client(service.address) as client, asyncio.timeout(HANG_SECONDS):
            async for answer in client.verify_stream(piece.trace for piece in pieces):
                answers.setdefault(answer.index, []).append(answer.score.verdict)
                if len(answers) % 20 == 10:
                    wall.jump(JUMPS[len(answers) // 20])
        for seconds in JUMPS:
            wall.jump(seconds)
            assert await _judged(service.address, 2) == [Verdict.ACCEPTED] * 2
        years = {json.loads(line)["timestamp"][:4] for line in service.log.splitlines()}
        assert "not ready" not in service.log
    assert len(years) > 1, "the service has not seen the clock jump"
    wanted = {index: [piece.wanted] for index, piece in enumerate(pieces)}
    assert {index: answers.get(index) for index in wanted if answers.get(index) != wanted[index]} == {}


async def test_without_processes_nothing_is_judged_wrongly(group_of_processes: Path) -> None:
    """Right programs are accepted or not judged at all, however many forks are left; with more of them all
    are judged again."""
    policy = RetryPolicy(attempts=2, patience_seconds=1)
    enter = f'echo $$ >{group_of_processes}/cgroup.procs && exec "$@"'
    limit = group_of_processes / "pids.max"
    seen = Counter[Verdict]()
    async with served("sh", "-c", enter, "sh", *SERVE) as service:
        assert await _judged(service.address) == [Verdict.ACCEPTED] * 16
        for spare in range(-1, 5):
            used = int((group_of_processes / "pids.current").read_text())
            limit.write_text(str(used + spare))
            async with Client(service.address, policy=policy) as client:
                traces = [Trace(RIGHT.format(f"{spare} {number}"), TASK) for number in range(8)]
                scores = await client.verify_batch(traces, timeout_seconds=HANG_SECONDS)
            seen.update(score.verdict for score in scores)
            limit.write_text("max")
            assert await _judged(service.address) == [Verdict.ACCEPTED] * 16
        assert service.starts == 1
        await service.stop()
        assert await service.left_in_the_end() == []
    assert seen.keys() == {Verdict.ACCEPTED, Verdict.UNJUDGED}
