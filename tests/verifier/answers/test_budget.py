"""How much time a pair gets, and who goes first meanwhile: in a process of its own, which that changes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from verifier.answers.inside import budget

HANG_SECONDS = 60
BUSY = """
import os, time
from verifier.answers.inside import budget

def busy(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return os.getpriority(os.PRIO_PROCESS, 0)
"""


def _said(program: str) -> str:
    command = (sys.executable, "-c", BUSY + program)
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=HANG_SECONDS).stdout


@pytest.mark.parametrize(
    ("busy_seconds", "begun_at", "niceness"),
    [(0.001, 0, 0), (0.05, 0, budget.NICENESS), (0.05, budget.NICENESS + 2, budget.NICENESS + 2)],
    ids=["most", "one that takes longer", "a service under nice"],
)
def test_a_pair_that_takes_longer_than_most_steps_back_once(
    busy_seconds: float, begun_at: int, niceness: int
) -> None:
    if os.getpriority(os.PRIO_PROCESS, 0):
        pytest.skip("the tests themselves are run under nice")
    twice = f"for _ in range(2): print(budget.bounded(lambda: busy({busy_seconds})))"

    assert _said(f"os.nice({begun_at})\n{twice}").split() == [str(niceness)] * 2


def test_a_pair_that_has_stepped_back_is_ended_all_the_same() -> None:
    spent = _said(
        "began = time.process_time()\n"
        "try: budget.bounded(lambda: busy(10), budget.BRIEF)\n"
        "except budget.OutOfTime: print(time.process_time() - began)"
    )

    assert budget.BRIEF.soft_seconds - 0.01 <= float(spent) <= budget.BRIEF.hard_seconds + 0.05
