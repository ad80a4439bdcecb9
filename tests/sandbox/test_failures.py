"""Jails that die, templates that are killed, slots that run out: ours or the candidate's, never mixed up."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import re
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import Busy, DiedTwice, JailDied, JailTaken, SandboxError, Starved
from sandbox.inside import frames, kernel
from sandbox.model import Ended, Limits, Outcome, Program, Run, Sandbox, Source
from sandbox.retry import SCRIPT, opened, settle
from sandbox.slots import Slots
from tests.sandbox.conftest import QUICK, RunScript
from verifier.redteam.abuse import reading, traces

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECONDS_TO_FIND_IT = 60
PATIENT = dataclasses.replace(QUICK, idle_seconds=2 * SECONDS_TO_FIND_IT)


def _sleeping(seconds: float) -> Program:
    text = f"import time; print(1, flush=True); time.sleep({seconds})"
    return Program("python", (Source("solution", "solution.py", text.encode()),))


SLOW = _sleeping(1)


def _kill_jails() -> int:
    """SIGKILL every nsjail that this process has started; how many there were."""
    killed = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" (")
            comm, _, fields = rest.rpartition(") ")
        except OSError:
            continue
        if comm == "nsjail" and int(fields.split()[1]) == os.getpid():
            os.kill(int(pid), signal.SIGKILL)
            killed += 1
    return killed


def _inits() -> list[int]:
    """The init of every jail of this process."""
    inits: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            inside = re.search(r"NSpid:\t(.*)", (folder / "status").read_text())
            if inside and inside[1].endswith("\t1") and _is_ours(int(folder.name)):
                inits.setdefault(len(inside[1].split()), []).append(int(folder.name))
        except OSError:
            continue
    return inits[max(inits)]  # a template is process 1, too, but not so deep inside


def _signal_inits(number: signal.Signals) -> int:
    """Send a signal to the init of every jail of this process; how many there were."""
    jails = _inits()
    for pid in jails:
        os.kill(pid, number)
    return len(jails)


def _kill_candidates() -> int:
    """SIGKILL every process in a jail of this process but its init; how many there were."""
    inside: dict[int, list[tuple[int, str]]] = {}
    for pid in traces.below(os.getpid()):
        with contextlib.suppress(OSError):
            numbers = re.search(r"NSpid:\t(.*)", Path(f"/proc/{pid}/status").read_text())
            if numbers:
                inside.setdefault(len(numbers[1].split()), []).append((pid, numbers[1].split()[-1]))
    candidates = [pid for pid, number in inside[max(inside)] if number != "1"]
    for pid in candidates:
        os.kill(pid, signal.SIGKILL)
    return len(candidates)


def _is_ours(pid: int) -> bool:
    """Whether a process descends from this one."""
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
        if pid == os.getpid():
            return True
    return False


def _children() -> set[str]:
    """Process ids of this process's children, dead ones that nobody has waited for included."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


async def test_a_jail_leaves_no_dead_process_to_whoever_adopts_orphans(run_script: RunScript) -> None:
    """A service that is process 1 of its container adopts them, and would collect them for ever."""
    set_child_subreaper = 36
    kernel.prctl(set_child_subreaper, 1)
    try:
        before = _children()
        outcomes = [await run_script("print(1)") for _ in range(3)]
        after = _children()
    finally:
        kernel.prctl(set_child_subreaper, 0)

    assert [outcome.stdout for outcome in outcomes] == [b"1\n"] * 3
    assert after == before


async def _run_slow(sandbox: Sandbox, kills: int, kill: Callable[[], int] = _kill_jails) -> Outcome:
    """Run a program that takes a second, with jails killed from outside in its first `kills` attempts."""
    left = kills

    async def attempt(alone: bool) -> Outcome:
        nonlocal left
        async with sandbox.open(SLOW, alone=alone) as jail:
            running = asyncio.ensure_future(jail.run(Run(SCRIPT, limits=QUICK)))
            if left:
                left -= 1
                await asyncio.sleep(0.1)
                assert kill()
            return await running

    return await settle(sandbox, attempt)


@pytest.mark.parametrize(
    "kill", [_kill_jails, partial(_signal_inits, signal.SIGKILL)], ids=["nsjail", "init"]
)
async def test_jails_killed_from_outside_cost_nothing(sandbox: Sandbox, kill: Callable[[], int]) -> None:
    """However often, within reason: no program can do that to its jail."""
    outcome = await _run_slow(sandbox, 3, kill)

    assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"1\n")


async def test_a_program_whose_process_cannot_be_started_is_not_to_blame(
    sandbox: Sandbox, group_of_processes: Path
) -> None:
    """However many times, and even where a known-good program could be started again by then."""

    async def attempt(alone: bool) -> Outcome:
        async with sandbox.open(SLOW, alone=alone) as jail:
            (init,) = _inits()
            (group_of_processes / "pids.max").write_text("1")
            (group_of_processes / "cgroup.procs").write_text(str(init))
            return await jail.run(Run(SCRIPT, limits=QUICK))

    with pytest.raises(JailTaken, match="could not start a process"):
        await settle(sandbox, attempt)


@pytest.mark.parametrize("name", ["closes-its-folders.py", "fork-bomb.py", "strangles-init.py"])
async def test_no_program_escapes_its_score_by_keeping_its_next_run_from_starting(
    sandbox: Sandbox, name: str
) -> None:
    """Its runs end, or it has brought its jail down: the machine is not to blame."""
    program = Program("python", (Source("solution", "solution.py", reading.source(name).encode()),))

    async def attempt(alone: bool) -> int:
        async with sandbox.open(program, alone=alone) as jail:
            return len([await jail.run(Run(SCRIPT, limits=QUICK)) for _ in range(2)])

    with contextlib.suppress(DiedTwice):
        assert await settle(sandbox, attempt) == 2


async def test_a_process_killed_from_outside_is_run_again(sandbox: Sandbox) -> None:
    """By the kernel for want of memory, say: its jail lives on, and knows of no reason."""
    kills = 0

    async def attempt(alone: bool) -> Outcome:
        nonlocal kills
        program = SLOW if kills else _sleeping(SECONDS_TO_FIND_IT)
        async with opened(sandbox, program, alone=alone) as jail:
            running = asyncio.ensure_future(jail.run(Run(SCRIPT, limits=PATIENT)))
            while not (kills or running.done()):
                await asyncio.sleep(0.1)
                kills += _kill_candidates()
            return await running

    outcome = await settle(sandbox, attempt)

    assert kills
    assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"1\n")


async def test_a_program_that_kills_itself_is_believed_the_second_time(sandbox: Sandbox) -> None:
    """It has to get a score."""
    tries = []

    async def attempt(alone: bool) -> Outcome:
        tries.append(alone)
        source = Source("solution", "solution.py", b"import os; os.kill(os.getpid(), 9)")
        async with opened(sandbox, Program("python", (source,)), alone=alone) as jail:
            return await jail.run(Run(SCRIPT, limits=QUICK))

    outcome = await settle(sandbox, attempt)

    assert (outcome.ended, outcome.signal, tries) == (Ended.SIGNALLED, signal.SIGKILL, [False, True])


async def test_a_submission_whose_jail_dies_twice_is_the_cause_itself(sandbox: Sandbox) -> None:
    """While a known-good program passes. Here, init is sent what it cannot make sense of, and fails."""

    async def attempt(alone: bool) -> Outcome:
        async with sandbox.open(SLOW, alone=alone) as jail:
            jail._writer.write(frames.encode(99, {}))
            return await jail.run(Run(SCRIPT, limits=QUICK))

    with pytest.raises(DiedTwice):
        await settle(sandbox, attempt)


async def test_a_jail_that_is_always_killed_is_a_failure_of_the_sandbox(sandbox: Sandbox) -> None:
    """And no score."""
    with pytest.raises(JailTaken):
        await _run_slow(sandbox, 99)


async def test_neighbours_of_a_killed_template_are_tried_again_too(
    sandbox: Sandbox, run_script: RunScript
) -> None:
    """Two submissions run when everything is killed, and both are judged."""
    outcomes = await asyncio.gather(_run_slow(sandbox, kills=1), _run_slow(sandbox, kills=0))

    assert [outcome.stdout for outcome in outcomes] == [b"1\n", b"1\n"]


async def test_a_candidate_cannot_speak_for_its_jail(run_script: RunScript) -> None:
    """What it writes to the descriptor that reports a failed set-up is an ordinary program's nonsense."""
    outcome = await run_script("import os; os.write(5, b'S nonsense'); os._exit(121)")

    assert (outcome.ended, outcome.exit_code) == (Ended.EXITED, 121)


async def test_a_program_that_compiles_to_no_program_is_the_candidates_failure(
    native_sandbox: Sandbox,
) -> None:
    """A library, say. Its jail lives on, and says what was wrong."""
    program = Program("native", compile_argv=("/bin/sh", "-c", "echo no program >main; chmod 644 main"))
    async with native_sandbox.open(program) as jail:
        await jail.compile()
        outcome = await jail.run(Run(("/box/main",), limits=QUICK))

    assert (outcome.exit_code, outcome.stderr) == (126, b"/box/main: Permission denied\n")


async def test_a_starved_run_is_no_fact_about_the_program(sandbox: Sandbox) -> None:
    """The clock's backstop alone never becomes an outcome."""
    hurried = Limits(cpu_seconds=30, idle_seconds=30, wall_seconds=0.2)
    async with sandbox.open(
        Program("python", (Source("solution", "solution.py", b"while True: pass"),))
    ) as jail:
        with pytest.raises(Starved):
            await jail.run(Run(SCRIPT, limits=hurried))


async def test_a_machine_that_stands_still_makes_nobody_idle(sandbox: Sandbox, run_script: RunScript) -> None:
    """Time in which nothing of a jail can run, its init included, is not the candidate's."""
    napping = asyncio.ensure_future(run_script("import time\nfor _ in range(12): time.sleep(0.1)"))
    await asyncio.sleep(0.2)
    for _ in range(3):
        jails = traces.below(os.getpid())
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in jails:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            await asyncio.sleep(0.9 if number == signal.SIGSTOP else 0.1)
    outcome = await napping

    assert outcome.ended is Ended.EXITED
    assert outcome.blocked_seconds < QUICK.idle_seconds


async def test_a_cancelled_run_leaves_its_slot_free_and_its_jail_dead(
    sandbox: Sandbox, run_script: RunScript
) -> None:
    """More cancellations than there are slots, then an ordinary run."""
    for _ in range(5):
        running = asyncio.ensure_future(
            run_script("import time; time.sleep(600)", limits=Limits(idle_seconds=600))
        )
        await asyncio.sleep(0.15)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    outcome = await run_script("print('fine')")

    assert outcome.stdout == b"fine\n"


async def test_an_unknown_runtime_is_an_error_of_the_caller(sandbox: Sandbox) -> None:
    """Not of any program."""
    with pytest.raises(SandboxError, match="no runtime cobol"):
        async with sandbox.open(Program("cobol")):
            pass


async def test_slots_are_given_in_turn_and_alone_means_alone() -> None:
    """Whoever asks for all slots gets them before those who asked later."""
    slots, order = Slots(0, 2, queue_limit=10), []

    async def hold(name: str, *, alone: bool, seconds: float) -> None:
        async with slots.turn(alone=alone):
            order.append(name)
            await asyncio.sleep(seconds)

    async with asyncio.TaskGroup() as group:
        for name, alone in (("a", False), ("b", False), ("all", True), ("c", False)):
            group.create_task(hold(name, alone=alone, seconds=0.02))

    assert order == ["a", "b", "all", "c"]


async def test_a_full_queue_refuses_at_once() -> None:
    """And takes more when somebody has left."""
    slots = Slots(0, 1, queue_limit=1)
    async with slots.turn(alone=False):
        waiting = asyncio.ensure_future(slots.turn(alone=False).__aenter__())
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await slots.turn(alone=False).__aenter__()
        waiting.cancel()
    async with slots.turn(alone=False) as turn:
        assert turn.slot == 0


async def test_a_dead_jail_is_reported_at_once(sandbox: Sandbox) -> None:
    """Not after a timeout."""
    async with sandbox.open(SLOW) as jail:
        running = asyncio.ensure_future(jail.run(Run(SCRIPT, limits=QUICK)))
        await asyncio.sleep(0.1)
        _kill_jails()
        with pytest.raises(JailDied):
            await asyncio.wait_for(running, 10)
