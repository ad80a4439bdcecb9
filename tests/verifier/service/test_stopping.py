"""A process that is asked to end does end, whatever hangs in it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

import pytest

HANG_SECONDS = 60
GIVEN_UP_SECONDS = 2
"""Nearly all of it for the log to be written in, on a busy machine too."""
BEGIN = """
import asyncio, os, signal, time
from verifier.stopping import given_up_when, stop_signals

async def main():
    stop = stop_signals({})
    print('begun', flush=True)
    {}

async def for_ever():
    await asyncio.Event().wait()

async def teardown():
    try:
        await for_ever()
    finally:
        await for_ever()

asyncio.run(main())
"""
HANGS = {
    "teardown": "await stop.wait(); await for_ever()",
    "a finally": "await asyncio.wait_for(teardown(), 0.1)",
    "the loop": "time.sleep(3600)",
    "an expression": "import re; re.match('(a|a)*b', 'a' * 60)",
    "a thread": "await asyncio.to_thread(time.sleep, 3600)",
}


async def _ended(
    body: str, *numbers: signal.Signals, patience_seconds: float = HANG_SECONDS
) -> tuple[int, str]:
    """How it ended, and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BEGIN.format(patience_seconds, body),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(HANG_SECONDS):
            assert await process.stdout.readline() == b"begun\n"
            for number in numbers:
                process.send_signal(number)
            _, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, errors.decode()


@pytest.mark.parametrize("body", HANGS.values(), ids=HANGS)
async def test_whatever_hangs_the_process_ends_and_its_log_says_where(body: str) -> None:
    status, errors = await _ended(body, signal.SIGTERM, patience_seconds=GIVEN_UP_SECONDS)

    assert status == -signal.SIGALRM
    assert "most recent call first" in errors
    assert "in main" in errors or "in run_forever" in errors


async def test_what_ends_in_time_ends_well() -> None:
    status, errors = await _ended("await stop.wait()", signal.SIGTERM)

    assert (status, errors) == (0, "")


async def test_a_second_signal_ends_it_at_once() -> None:
    body = "await stop.wait(); os.kill(os.getpid(), signal.SIGTERM); await for_ever()"
    status, _ = await _ended(body, signal.SIGINT)

    assert status == -signal.SIGTERM


async def test_what_is_given_up_cleans_up() -> None:
    body = """
    try:
        async with given_up_when(stop):
            await for_ever()
    finally:
        print(stop.is_set())
    await asyncio.sleep(0)  # nothing is cancelled any more
    """
    status, errors = await _ended(body, signal.SIGTERM)

    assert (status, errors) == (0, "")
