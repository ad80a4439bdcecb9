"""After a SIGKILL of everything at once, the next start finds what is left and cleans it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.tasks.table import parse_task
from tests.e2e.chaos import killing
from tests.e2e.chaos.served import HANG_SECONDS, served

if TYPE_CHECKING:
    from tests.e2e.chaos.served import Served

pytestmark = pytest.mark.heavy

SLOW = Trace(
    "```python\nwhile True: pass\n```",
    parse_task({"verifier": "code", "language": "python", "tests": {"inputs": ["4"], "outputs": ["16"]}}),
)
RIGHT = Trace(
    "It is \\boxed{\\frac{1}{\\sqrt{2}}}", parse_task({"verifier": "math", "answer": "\\frac{\\sqrt{2}}{2}"})
)


@pytest.mark.parametrize("processes", ["1", "2"])
async def test_a_restart_cleans_what_a_kill_of_everything_left(processes: str) -> None:
    async with served(VERIFIER_PROCESSES=processes) as service:
        async with Client(service.address) as client:
            running = asyncio.create_task(client.verify(SLOW, timeout_seconds=HANG_SECONDS))
            await _jail_runs(service)
            service.note_cgroups()
            service.kill_everything()
            assert service.process is not None
            await service.process.wait()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        killed = await service.left_in_the_end()
        assert any(what.startswith("folder") for what in killed), "or there is nothing to clean"

        await service.start()
        assert [what for what in killed if what in service.left_behind()] == []
        async with Client(service.address) as client:
            assert (await client.verify(RIGHT, timeout_seconds=HANG_SECONDS)).verdict is Verdict.ACCEPTED
        service.note_cgroups()
        await service.stop()
        assert await service.left_in_the_end() == []
        assert _mounts_of(service) == []


async def _jail_runs(service: Served) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        while not killing.victims(service)["init"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)  # nobody tells


def _mounts_of(service: Served) -> list[str]:
    return [
        line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(service.folder) in line
    ]
