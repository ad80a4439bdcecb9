"""Ready means: can judge now. A known-good program runs in a real jail, at the start and again and again.

Alive is another thing: the process answers. What restarts a service should ask for that, and what sends it
work for readiness; a service whose jails fail is not healed by being killed in the middle of its work.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog
from grpc_health.v1 import health, health_pb2

from sandbox.errors import Busy, SandboxError
from sandbox.model import LaunchMode
from sandbox.retry import probe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from sandbox.model import Sandbox

ALIVE = "alive"
"""What to ask the health service for, to learn that the process answers."""

_AGAIN_SECONDS = 1.0
"""Between two looks at a service that is not ready: what sends it work hears soon that it is again."""


class Readiness:
    """What the standard health service says."""

    def __init__(self, names: Sequence[str], tell: Callable[[bool], None]) -> None:
        """Neither ready nor alive yet.

        Args:
            names: services whose health is readiness.
            tell: told whenever readiness is stated.
        """
        self._tell = tell
        self.servicer = health.aio.HealthServicer()
        self._names = names
        self._ready = False
        self._stopped = False

    async def set(self, *, ready: bool) -> None:
        """State whether work is welcome; logged where that changes."""
        if self._stopped:
            return
        if ready is not self._ready:
            structlog.get_logger().info("ready" if ready else "not ready")
        self._ready = ready
        await self._say(ready)

    async def stop(self) -> None:
        """Not ready from now on, whatever comes; alive until the end."""
        self._stopped = True
        await self._say(False)

    async def _say(self, ready: bool) -> None:
        self._tell(ready)
        status = health_pb2.HealthCheckResponse
        await self.servicer.set(ALIVE, status.SERVING)
        for name in self._names:
            await self.servicer.set(name, status.SERVING if ready else status.NOT_SERVING)


@contextlib.asynccontextmanager
async def kept(readiness: Readiness, sandbox: Sandbox, every_seconds: float) -> AsyncIterator[None]:
    """Ready, and looked after while this lasts."""
    await readiness.set(ready=True)
    looking = asyncio.create_task(_look(readiness, sandbox, every_seconds))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await readiness.stop()


async def _look(readiness: Readiness, sandbox: Sandbox, every_seconds: float) -> None:
    pause = every_seconds
    while True:
        await asyncio.sleep(pause)
        ready = await _can_judge(sandbox)
        await readiness.set(ready=ready)
        pause = every_seconds if ready else min(every_seconds, _AGAIN_SECONDS)


async def _can_judge(sandbox: Sandbox) -> bool:
    if sandbox.isolation.launch is LaunchMode.NONE:
        return True  # told to start without jails: what needs none is judged
    try:
        await probe(sandbox, "python")
    except Busy:
        return True  # full of work is not broken
    except SandboxError as failure:
        structlog.get_logger().error("a known-good program failed", error=str(failure)[:500])
        return False
    return True
