"""However limits are kept here, the same programs end in the same way."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from sandbox.errors import NotAvailable
from sandbox.model import Ended, Limits, LimitsMode, Outcome, Program, Run, Runtime, Source
from sandbox.pool import PoolSettings, start
from sandbox.retry import SCRIPT

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIMITS = Limits(cpu_seconds=20, idle_seconds=1, memory_bytes=64 << 20, output_bytes=1 << 16, processes=8)
KINDS = [mode for mode in LimitsMode if mode is not LimitsMode.NONE]
FORK = "import os, time\n"

PROGRAMS = {
    "memory below the limit, and a full scratch directory": (
        "x = b'x' * (40 << 20)\nopen('f', 'wb').write(x); open('g', 'wb').write(x); print('fine')",
        Ended.EXITED,
    ),
    "memory of one process": ("x = []\nwhile True: x.append(b'x' * (1 << 20))", Ended.MEMORY_LIMIT),
    "memory of a tree": (
        FORK + "for _ in range(5):\n  if not os.fork(): x = b'x' * (30 << 20); time.sleep(9)\ntime.sleep(9)",
        Ended.MEMORY_LIMIT,
    ),
    "memory of grandchildren, whose parent ends well": (
        FORK
        + (
            "if not os.fork():\n"
            "  for _ in range(5):\n"
            "    if not os.fork(): x = b'x' * (30 << 20); time.sleep(0.3); os._exit(0)\n"
            "  for _ in range(5): os.wait()\n"
            "  os._exit(0)\n"
            "os.wait()"
        ),
        Ended.MEMORY_LIMIT,
    ),
    "processor time": ("while True: pass", Ended.CPU_LIMIT),
    "blocked time": ("import time; time.sleep(60)", Ended.IDLE_LIMIT),
    "output": ("while True: print('x' * 1000)", Ended.OUTPUT_LIMIT),
    "processes": (
        FORK
        + ("try:\n  while True:\n    if not os.fork(): time.sleep(9)\nexcept BlockingIOError: os._exit(3)"),
        Ended.EXITED,
    ),
}


@pytest.mark.parametrize("mode", KINDS, ids=lambda mode: mode.value)
async def test_programs_end_in_the_same_way_under_all_kinds_of_limits(mode: LimitsMode) -> None:
    """Each limit, and what comes near it."""
    try:
        async with start(PoolSettings(slots=2, limits=mode), [Runtime("python")]) as pool:
            assert pool.isolation.limits is mode

            async def run(text: str, ended: Ended) -> Outcome:
                limits = dataclasses.replace(LIMITS, cpu_seconds=0.5) if ended is Ended.CPU_LIMIT else LIMITS
                async with pool.open(Program("python", (Source("solution", "s.py", text.encode()),))) as jail:
                    return await jail.run(Run(SCRIPT, limits=limits))

            outcomes = await asyncio.gather(*(run(text, ended) for text, ended in PROGRAMS.values()))
    except NotAvailable as missing:
        if mode is LimitsMode.RLIMIT:
            raise
        pytest.skip(str(missing))

    ends = {name: outcome.ended for name, outcome in zip(PROGRAMS, outcomes, strict=True)}
    assert ends == {name: ended for name, (_, ended) in PROGRAMS.items()}
