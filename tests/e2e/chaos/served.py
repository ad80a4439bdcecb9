"""A `verifier serve` of its own folder, started again whenever it ends, as a container runtime does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from verifier.redteam.abuse import traces

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HANG_SECONDS = 180
"""A hang guard for whatever waits."""
SERVE = (sys.executable, "-m", "verifier", "serve")
_CGROUPS = Path("/sys/fs/cgroup")


@dataclass
class Served:
    """What is known of a service while it is kept running."""

    address: str
    folder: Path
    """Holds its log, and `tmp`, where it keeps what its jails show."""
    environment: dict[str, str]
    command: tuple[str, ...] = SERVE
    may_refuse: bool = False
    starts: int = 0
    process: asyncio.subprocess.Process | None = None
    cgroups: set[str] = field(default_factory=set)
    """Every control group that was seen in the hands of its processes."""

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self.process is not None
        return self.process.pid

    @property
    def runs(self) -> bool:
        """Whether the process that was started last is there."""
        return self.process is not None and self.process.returncode is None

    @property
    def log(self) -> str:
        """What all its processes wrote so far."""
        return (self.folder / "log").read_text(errors="replace")

    async def begin(self) -> None:
        """Start a process."""
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(*self.command, "--listen", self.address),
                env=self.environment, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self.starts += 1

    async def start(self) -> None:
        """Start a process and wait until it is ready."""
        await self.begin()
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(HANG_SECONDS):
            line = await self.process.stdout.readline()
        if not line and self.may_refuse:
            await self.process.wait()
            assert any(line.startswith("verifier: ") for line in self.log.splitlines()), self.log
        elif not line and self.starts == 1:
            _skip_without_jails(self.log)

    async def keep(self) -> None:
        """Start another process whenever it ends; returns never."""
        while True:
            assert self.process is not None
            await self.process.wait()
            await self.start()

    async def stop(self) -> None:
        """End it politely."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            async with asyncio.timeout(HANG_SECONDS):
                await self.process.wait()

    def kill_everything(self) -> None:
        """SIGKILL, for everything at once: stopped first, so that nobody can tell anybody."""
        everybody = [self.pid, *traces.below(self.pid)]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in everybody:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)

    def memory_bytes(self) -> int:
        """Of the process that was started last, without the files that it maps."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:"))

    def note_cgroups(self) -> None:
        """Remember the groups that are held now."""
        self.cgroups |= traces.look().cgroups

    async def left_in_the_end(self) -> list[str]:
        """What is left behind once its processes are gone."""
        async with asyncio.timeout(HANG_SECONDS):
            while True:
                left = self.left_behind()
                if not any(what.startswith("process") for what in left):
                    return left
                await asyncio.sleep(0.01)  # the kernel needs a moment to take namespaces apart

    def left_behind(self) -> list[str]:
        """Processes, folders and control groups that are there now."""
        reap()
        processes = [f"process {pid} {name}" for pid, name in traces.below(os.getpid()).items()]
        folders = [f"folder {path}" for path in (self.folder / "tmp").iterdir()]
        return processes + folders + [f"group {group}" for group in self.cgroups if Path(group).exists()]


@contextlib.asynccontextmanager
async def served(*command: str, may_refuse: bool = False, **environment: str) -> AsyncIterator[Served]:
    """A ready service; see `prepared`."""
    async with prepared(*command, may_refuse=may_refuse, **environment) as service:
        await service.start()
        service.note_cgroups()
        yield service


@contextlib.asynccontextmanager
async def prepared(*command: str, may_refuse: bool = False, **environment: str) -> AsyncIterator[Served]:
    """A service yet to be started, of which nothing runs afterwards. It is up to the test to keep it.

    Args:
        command: what starts it, if not `SERVE`.
        may_refuse: it need not start, as long as it says why.
        environment: beside what is set already.
    """
    traces.adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = _public(Path(name))
        own = {"TMPDIR": f"{folder}/tmp", "VERIFIER_SLOTS": "2", "VERIFIER_LOG_FORMAT": "json"}
        everything = {**os.environ, **own, **environment}
        service = Served(_free_address(), folder, everything, command or SERVE, may_refuse)
        try:
            yield service
        finally:
            if service.process is not None and service.process.returncode is None:
                service.kill_everything()
                await service.process.wait()
            reap()


@contextlib.asynccontextmanager
async def kept(service: Served) -> AsyncIterator[None]:
    """Started again whenever it ends, while this lasts."""
    keeping = asyncio.create_task(service.keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def reap() -> None:
    """Bury the orphans that came to us. Children that asyncio waits for are alive, or its own."""
    for pid in traces.below(os.getpid()):
        with contextlib.suppress(OSError, IndexError):
            state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[:2]
            if state == "Z" and int(parent) == os.getpid():
                os.waitpid(pid, os.WNOHANG)


def _public(folder: Path) -> Path:
    """Jails are shown parts of it."""
    folder.chmod(0o755)
    (folder / "tmp").mkdir()
    return folder


def _free_address() -> str:
    """One that stays the same when a service is started again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _skip_without_jails(log: str) -> None:
    if "no jail works" in log and not os.environ.get("CI"):
        pytest.skip(log.strip())
    pytest.fail(log)
