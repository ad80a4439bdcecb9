"""Control groups: where they lie, what has to be done first, and what a real one bounds and sees.

What needs groups that can be written is skipped where there are none. `make vm` runs it with cgroup v2.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.cgroups import choose, layout
from sandbox.cgroups.groups import Group, Groups, NoGroups, Reading, claimed, write
from sandbox.cgroups.layout import NAMES, Own, Step, Unusable
from sandbox.connection import Identity, amended, connect
from sandbox.errors import Starved
from sandbox.inside import frames
from sandbox.model import Ended, Limits, LimitsMode, Outcome, Program, Run
from sandbox.pool import memory_warning
from sandbox.retry import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator

HYBRID = (
    "30 25 0:26 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n"
    "31 25 0:27 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw\n"
)
DOCKER_V1 = "712 705 0:33 /docker/4f2 /sys/fs/cgroup/memory ro,nosuid master:20 - cgroup cgroup rw,memory\n"
UNIFIED = "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
SPACED = "35 24 0:30 / /mnt/a\\040b rw - cgroup2 cgroup2 rw\n"

FOLDERS = {
    "v1": (HYBRID, "4:memory:/a/b\n0::/\n", "memory", "/sys/fs/cgroup/memory/a/b"),
    "v2 beside v1": (HYBRID, "4:memory:/a/b\n0::/c\n", "", "/sys/fs/cgroup/unified/c"),
    "v1 in a container": (DOCKER_V1, "9:memory:/docker/4f2\n", "memory", "/sys/fs/cgroup/memory"),
    "v1 below a container's": (DOCKER_V1, "9:memory:/docker/4f2/x\n", "memory", "/sys/fs/cgroup/memory/x"),
    "beside what is mounted": (DOCKER_V1, "9:memory:/system.slice\n", "memory", None),
    "v2 of systemd": (UNIFIED, "0::/system.slice/v.service\n", "", "/sys/fs/cgroup/system.slice/v.service"),
    "two controllers in one": (
        "30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n",
        "2:cpu,cpuacct:/\n",
        "cpuacct",
        "/sys/fs/cgroup/cpu,cpuacct",
    ),
    "no such controller": (UNIFIED, "0::/\n", "memory", None),
    "a space in the path": (SPACED, "0::/\n", "", "/mnt/a b"),
}


@pytest.mark.parametrize(("mounts", "groups", "controller", "folder"), FOLDERS.values(), ids=FOLDERS.keys())
def test_our_own_group_is_found_where_it_is_mounted(
    mounts: str, groups: str, controller: str, folder: str | None
) -> None:
    """Texts as /proc/self/mountinfo and /proc/self/cgroup show them in each case."""
    assert layout.own_folder(mounts, groups, controller) == (None if folder is None else Path(folder))


BOTH = frozenset({"memory", "pids"})
BASE = Path("/sys/fs/cgroup/v.service")
SWITCH = Step(BASE / "cgroup.subtree_control", "+memory +pids")


def _own(
    enabled: frozenset[str] = frozenset(),
    processes: tuple[int, ...] = (7,),
    strangers: tuple[int, ...] = (),
    may_hold_both: bool = False,
) -> Own:
    return Own(BASE, BOTH | {"cpu"}, enabled, processes, may_hold_both, strangers)


STEPS = {
    "done already": (_own(enabled=BOTH), ()),
    "the machine's root": (_own(may_hold_both=True, strangers=(1, 2)), (SWITCH,)),
    "nobody in it": (_own(processes=()), (SWITCH,)),
    "only the service in it": (
        _own(processes=(7, 9)),
        (
            Step(BASE / "verifier-service"),
            Step(BASE / "verifier-service/cgroup.procs", "7"),
            Step(BASE / "verifier-service/cgroup.procs", "9"),
            SWITCH,
        ),
    ),
}


@pytest.mark.parametrize(("own", "steps"), STEPS.values(), ids=STEPS.keys())
def test_a_group_of_v2_is_emptied_before_its_groups_get_controllers(
    own: Own, steps: tuple[Step, ...]
) -> None:
    """The kernel's rule: a group other than the root holds either processes or groups with controllers."""
    assert layout.steps_to_groups(own) == steps


def test_processes_of_others_are_never_moved() -> None:
    """They may be somebody's shell; the message says what to do instead."""
    with pytest.raises(Unusable, match="Delegate=yes"):
        layout.steps_to_groups(_own(processes=(7, 8), strangers=(8,)))


def test_missing_controllers_are_named() -> None:
    """An empty v2 hierarchy beside v1 is no use."""
    own = Own(BASE, frozenset({"cpu"}), frozenset(), (), may_hold_both=True, strangers=())
    with pytest.raises(Unusable, match="no memory and no pids controller"):
        layout.steps_to_groups(own)


def test_a_service_that_has_moved_itself_finds_the_same_base_again() -> None:
    """Else each start would go one group deeper."""
    assert layout.base_of(BASE / layout.SERVICE) == layout.base_of(BASE) == BASE


@pytest.mark.parametrize(
    ("text", "limit"), [("max\n", None), ("9223372036854771712\n", None), ("4096\n", 4096)]
)
def test_limits_are_numbers_or_none(text: str, limit: int | None) -> None:
    """v2 has a word for none, v1 a huge number."""
    assert layout.limit_bytes(text) == limit


def test_counts_are_found_by_name() -> None:
    """A file of v1, and one of v2."""
    assert layout.count_of("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", "oom_kill") == 3
    assert layout.count_of("low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\n", "oom") == 2
    assert layout.count_of("low 0\n", "") == 0


ENDED = Outcome(Ended.EXITED, 0, None, 0.1, 0.1, 0.0, 1 << 20, b"out", b"", b"")
LIMITS = Limits(memory_bytes=64 << 20)


def test_a_run_that_lost_a_process_to_its_own_limit_has_reached_it() -> None:
    """Even where the main process ended well, because only a grandchild was killed."""
    outcome = amended(ENDED, Reading(killed=True, at_its_limit=True, peak_bytes=90 << 20), LIMITS)

    assert (outcome.ended, outcome.exit_code, outcome.memory_bytes) == (Ended.MEMORY_LIMIT, None, 64 << 20)


def test_a_run_that_lost_a_process_to_somebody_elses_limit_says_nothing_about_the_program() -> None:
    """A container that is full must not become a score."""
    with pytest.raises(Starved):
        amended(ENDED, Reading(killed=True, at_its_limit=False, peak_bytes=0), LIMITS)


def test_a_limit_that_was_reached_stays_reached_whatever_else_happened() -> None:
    """Or a bomb could blame the machine."""
    over = dataclasses.replace(ENDED, ended=Ended.MEMORY_LIMIT)
    assert amended(over, Reading(killed=True, at_its_limit=False, peak_bytes=0), LIMITS) == over


def test_a_group_knows_peaks_that_init_has_not_seen() -> None:
    """The larger figure is the better one."""
    assert amended(ENDED, Reading(False, False, 30 << 20), LIMITS).memory_bytes == 30 << 20
    assert amended(ENDED, Reading(False, False, 0), LIMITS) == ENDED


class _Doomed:
    """A group that sees the kernel kill everything, once."""

    killed = True

    def begin(self, limits: Limits, held_bytes: int) -> None:
        """Fine."""

    def read(self) -> Reading:
        """What a bomb leaves behind."""
        killed, self.killed = self.killed, False
        return Reading(killed, at_its_limit=killed, peak_bytes=1)


@pytest.mark.asyncio
async def test_a_jail_that_is_killed_along_with_its_program_reached_the_memory_limit() -> None:
    """It died of its own limit, so no second try is needed to know whose fault it was."""
    ours, theirs = socket.socketpair()
    connection = await connect(ours)
    frames.send(theirs, frames.HELLO, {"refused": ""})
    await connection.greet(Program("python"), Identity(), _Doomed())
    running = asyncio.ensure_future(connection.run(Run(SCRIPT, limits=LIMITS)))
    await asyncio.sleep(0)
    theirs.close()
    outcome = await running
    await connection.close()

    assert outcome.ended is Ended.MEMORY_LIMIT


@pytest.fixture(params=[LimitsMode.CGROUP_V2, LimitsMode.CGROUP_V1], ids=lambda mode: mode.value)
def groups(request: pytest.FixtureRequest) -> Iterator[Groups]:
    """Groups of this machine."""
    with contextlib.ExitStack() as held:
        try:
            found = next(choose.ways(request.param, held))
        except Unusable as problem:
            pytest.skip(str(problem))
        assert isinstance(found, Groups)
        yield found
        assert any(found.sweep() or time.sleep(0.05) for _ in range(200))


EATS = f"x = b'x' * {200 << 20}"
EATS_AS_A_CHILD = f"import subprocess; subprocess.run([sys.executable, '-c', {EATS!r}]); print('fine')"
ENTER = "import os, sys\nfor fd in sys.argv[1:]: os.write(int(fd), b'0')\n"


def _enter_and_run(group: Group, text: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", ENTER + text, *map(str, group.entrances)],
        pass_fds=group.entrances, stdout=subprocess.PIPE, check=False, start_new_session=True,
    )  # fmt: skip


def _run_in(groups: Groups, limits: Limits) -> tuple[bytes, int, Reading]:
    with groups.group(files_bytes=0) as group:
        group.begin(limits, 0)
        done = _enter_and_run(group, EATS_AS_A_CHILD)
        return done.stdout, done.returncode, group.read()


def test_a_killed_grandchild_is_seen_though_its_parent_ended_well(groups: Groups) -> None:
    """The exit status says nothing of it."""
    said, status, reading = _run_in(groups, Limits(memory_bytes=32 << 20))

    assert (said, status) == (b"fine\n", 0)
    assert (reading.killed, reading.at_its_limit) == (True, True)


def test_what_fits_is_measured_and_left_alone(groups: Groups) -> None:
    """200 MB of a grandchild, gone before its parent ended."""
    _, _, reading = _run_in(groups, Limits(memory_bytes=512 << 20))

    assert (reading.killed, reading.at_its_limit) == (False, False)
    assert 200 << 20 < reading.peak_bytes < 300 << 20


def test_a_kill_by_a_limit_around_the_group_is_told_apart(groups: Groups) -> None:
    """As when a container is full of other jails."""
    around = next(iter(groups.folders))
    write(f"{around}/{NAMES[groups.mode].memory_limit}", str(64 << 20))
    _, _, reading = _run_in(groups, Limits(memory_bytes=1 << 30))

    assert (reading.killed, reading.at_its_limit) == (True, False)


def test_processes_are_counted_for_the_group_as_a_whole(groups: Groups) -> None:
    """Whoever they belong to."""
    bomb = (
        "import time\n"
        "try:\n"
        "  for n in range(99):\n"
        "    if not os.fork(): time.sleep(60)\n"
        "except BlockingIOError: pass\n"
        "print(n, flush=True); os.killpg(0, 9)"
    )
    with groups.group(files_bytes=0) as group:
        group.begin(Limits(processes=8), 0)
        said = _enter_and_run(group, bomb).stdout

    assert 8 < int(said) < 40


def test_what_init_holds_is_not_the_programs(groups: Groups) -> None:
    """200 MB of input, say."""
    with groups.group(files_bytes=0) as group:
        group.begin(Limits(memory_bytes=32 << 20), 256 << 20)
        done = _enter_and_run(group, EATS_AS_A_CHILD)
        reading = group.read()

    assert (done.stdout, reading.killed) == (b"fine\n", False)


def test_a_group_that_is_used_again_tells_its_jails_apart(groups: Groups) -> None:
    """Kills and peaks of the first are not the second's."""
    _run_in(groups, Limits(memory_bytes=32 << 20))
    with groups.group(files_bytes=0) as group:
        group.begin(Limits(memory_bytes=512 << 20), 0)
        _enter_and_run(group, "pass")
        reading = group.read()

    assert not reading.killed
    assert reading.peak_bytes < 100 << 20


HOLD_AND_DIE = """
import contextlib, os, signal, sys
from sandbox.cgroups import choose
from sandbox.model import LimitsMode
held = contextlib.ExitStack()
groups = next(choose.ways(LimitsMode(sys.argv[1]), held))
made = held.enter_context(groups.group(0))
print(*groups.folders, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_group_that_somebody_removed_is_replaced(groups: Groups) -> None:
    """Its jail is gone, and so is it; the next jail has another one."""
    with groups.group(0) as group:
        assert group.remove()
    with groups.group(0) as another:
        another.begin(Limits(), 0)


def test_what_a_killed_service_left_is_removed_by_the_next(groups: Groups) -> None:
    """And the groups of services that live are not."""
    killed = subprocess.run(
        [sys.executable, "-c", HOLD_AND_DIE, groups.mode.value],
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    left = [Path(folder) for folder in killed.stdout.split()]
    assert killed.returncode == -signal.SIGKILL
    assert left
    assert all((folder / "jail-1").exists() for folder in left)
    with contextlib.ExitStack() as stack:
        for folder in left:
            stack.enter_context(claimed(folder.parent))
        assert not any(folder.exists() for folder in left)
        assert all(folder.exists() for folder in groups.folders)


@pytest.mark.parametrize(("memory_gib", "fits"), [(8, True), (2, False)])
def test_memory_that_jails_may_want_at_once_is_compared_with_what_there_is(
    memory_gib: int, fits: bool
) -> None:
    """Four slots of 1 GiB, their file systems, and a reserve for the service."""
    warning = memory_warning(4, 64 << 20, memory_gib << 30)

    assert (warning == "") == fits
    assert fits or "VERIFIER_SLOTS" in warning


def test_the_least_limit_of_the_groups_around_the_service_is_its_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a container whose pod has a tighter limit than itself."""
    own = tmp_path / "pod" / "container"
    own.mkdir(parents=True)
    (tmp_path / "pod" / "memory.max").write_text(f"{1 << 30}\n")
    (own / "memory.max").write_text("max\n")
    for name, text in {
        "_MOUNTS": f"35 24 0:30 / {tmp_path} rw - cgroup2 cgroup2 rw\n",
        "_GROUPS": "0::/pod/container\n",
    }.items():
        file = tmp_path / name
        file.write_text(text)
        monkeypatch.setattr(choose, name, file)

    assert choose.container_limit_bytes() == choose.memory_bytes() == 1 << 30


def test_without_groups_too_the_machines_kills_are_no_facts_about_a_program(tmp_path: Path) -> None:
    """The counter is the container's: it says that somebody was killed meanwhile, not who."""
    events = tmp_path / "memory.events"
    events.write_text("oom 1\noom_kill 1\n")
    with events.open("rb") as file, NoGroups((), file.fileno()).group(0) as group:
        group.begin(LIMITS, 0)
        assert amended(ENDED, group.read(), LIMITS) == ENDED
        events.write_text("oom 2\noom_kill 2\n")
        with pytest.raises(Starved):
            amended(ENDED, group.read(), LIMITS)
        group.begin(LIMITS, 0)
        assert amended(ENDED, group.read(), LIMITS) == ENDED


def test_where_no_group_can_be_made_the_reasons_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And a mode that is asked for is never replaced by another one."""
    empty = tmp_path / "mountinfo"
    empty.write_text("")
    monkeypatch.setattr(choose, "_MOUNTS", empty)
    with contextlib.ExitStack() as held:
        (found,) = choose.ways(None, held)
        assert isinstance(found, NoGroups)
        assert found.reasons == (
            "cgroup v2 is not mounted here",
            "cgroup v1 of memory is not mounted here",
        )
        with pytest.raises(Unusable, match="cgroup v2 is not mounted"):
            next(choose.ways(LimitsMode.CGROUP_V2, held))
