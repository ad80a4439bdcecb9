"""Several server processes behind one port, as people run them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from verifier import fleet
from verifier.ports import CannotStart
from verifier.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HANG_SECONDS = 180
PROGRAM = Trace(
    "```python\nprint(int(input()) ** 2)\n```",
    parse_task({"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["16"]}}),
)


@contextlib.asynccontextmanager
async def serving(**environment: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A ready fleet and its address; stopped at the end if the test did not."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "verifier", "serve", "--listen", "127.0.0.1:0"),
        env={**os.environ, "VERIFIER_SLOTS": "2", **environment},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(HANG_SECONDS):
            line = (await process.stdout.readline()).decode()
        if not line and not os.environ.get("CI"):
            pytest.skip("no server starts here; its log says why")
        yield process, line.split()[-1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(HANG_SECONDS):
            await process.wait()


def children(pid: int) -> list[int]:
    """Processes that one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    """Whether a process exists."""
    return Path(f"/proc/{pid}").exists()


async def judged(address: str) -> Verdict:
    """The verdict that a client of its own gets for a right program."""
    async with Client(address) as client:
        return (await client.verify(PROGRAM, timeout_seconds=HANG_SECONDS)).verdict


async def test_a_server_that_is_killed_is_replaced_and_every_request_is_answered() -> None:
    async with serving(VERIFIER_PROCESSES="2") as (process, address):
        before = children(process.pid)
        assert len(before) == 2
        asked = [asyncio.create_task(judged(address)) for _ in range(24)]
        await asked[0]
        os.kill(before[0], signal.SIGKILL)
        async with asyncio.timeout(HANG_SECONDS):
            assert set(await asyncio.gather(*asked)) == {Verdict.ACCEPTED}
            while len(after := children(process.pid)) < 2 or before[0] in after:
                assert await judged(address) is Verdict.ACCEPTED
        assert before[1] in after  # the other one went on


async def test_the_port_stays_ours_and_is_given_back() -> None:
    async with serving(VERIFIER_PROCESSES="2") as (process, address):
        servers = children(process.pid)
        with pytest.raises(CannotStart, match="in use"), fleet._reserved(address):
            pass
        process.terminate()
        async with asyncio.timeout(HANG_SECONDS):
            assert await process.wait() == 0
        assert not any(map(alive, servers))
        with fleet._reserved(address) as free:
            assert free == address


def test_a_fleet_that_cannot_start_says_so_and_ends() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "verifier", "serve", "--listen", "127.0.0.1:0"),
        env={**os.environ, "VERIFIER_PROCESSES": "2", "VERIFIER_TOKENS": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_SECONDS,
    )
    assert done.returncode == 1
    assert "VERIFIER_TOKENS" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("verifier: a server process ended")


@pytest.mark.parametrize(("slots", "processes"), [(2, 2), (8, 3), (3, 8)])
def test_slots_and_users_are_shared_out_without_overlap(slots: int, processes: int) -> None:
    """Two jails under one outside user id could exhaust each other's processes."""
    settings = Settings(slots=slots, processes=processes)
    shares = [fleet.share(settings, "127.0.0.1:1", number) for number in range(processes)]
    own = [int(share["VERIFIER_SLOTS"]) for share in shares]
    assert sum(own) == max(slots, processes)
    taken: set[int] = set()
    for share, count in zip(shares, own, strict=True):
        base = int(share["VERIFIER_UID_BASE"])
        users = set(range(base, base + 1 + 2 * count * len(fleet.RUNTIMES)))
        assert not taken & users
        taken |= users
