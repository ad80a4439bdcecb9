"""The sandbox as one object: runtimes, slots, and jails on demand. Fulfils `sandbox.model.Sandbox`."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.errors import NotAvailable, SandboxError
from sandbox.folder import jail_folder
from sandbox.nsjail import launching
from sandbox.nsjail.launching import Jails, Plan
from sandbox.retry import probe
from sandbox.slots import Slots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sandbox.connection import Connection
    from sandbox.model import Isolation, LaunchMode, Program, Runtime


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """What a pool needs to know about its machine."""

    slots: int = os.cpu_count() or 1
    """Jails of one runtime that run at once. More than cores only makes them wait for each other."""
    queue_limit: int = 100_000
    """Submissions that may wait for a slot of one runtime."""
    uid_base: int = 20_000
    """First outside user id of jails, where more than one can be mapped; two are used for each slot."""
    jail_python: Path = Path("/usr/bin/python3")
    """The interpreter that candidates run on; the service's own where it does not exist."""
    scratch_bytes: int = 64 << 20
    """Size of a candidate's scratch directory."""
    launch: LaunchMode | None = None
    """Allow only this way of starting jails; None takes the best that works."""
    separate_uids: bool | None = None
    """Insist on several users, or on one; None takes the best that works."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One runtime: its slots, and how they get jails."""

    slots: Slots
    jails: Jails


@contextlib.asynccontextmanager
async def start(settings: PoolSettings, runtimes: Sequence[Runtime]) -> AsyncIterator[SandboxPool]:
    """A pool in which every runtime has passed a known-good program, in the best way that works here.

    Raises:
        NotAvailable: jails do not work here; the message says why.
    """
    problem: SandboxError | None = None
    for plan in _plans(settings):
        async with contextlib.AsyncExitStack() as stack:
            folder = stack.enter_context(jail_folder())
            pool = SandboxPool(plan.isolation(), _lanes(settings, plan, runtimes, folder))
            stack.push_async_callback(pool.stop)
            try:
                for runtime in runtimes:
                    await probe(pool, runtime.name)
            except SandboxError as failure:
                problem = failure
                continue
            yield pool
            return
    notes = "\n".join(getattr(problem, "__notes__", ()))
    raise NotAvailable(f"no jail works on this machine: {problem}\n{notes}".strip()) from problem


class SandboxPool:
    """Makes one jail for each submission."""

    def __init__(self, isolation: Isolation, lanes: dict[str, Lane]) -> None:
        """Use `start`, which also proves that jails work."""
        self._isolation = isolation
        self._lanes = lanes

    @property
    def isolation(self) -> Isolation:
        """See `sandbox.model.Sandbox`."""
        return self._isolation

    @contextlib.asynccontextmanager
    async def open(self, program: Program, *, alone: bool = False) -> AsyncIterator[Connection]:
        """See `sandbox.model.Sandbox`."""
        try:
            lane = self._lanes[program.runtime]
        except KeyError:
            raise NotAvailable(f"no runtime {program.runtime}") from None
        async with lane.slots.turn(alone=alone) as turn, lane.jails.jail(turn.slot) as jail:
            jail.queued_seconds = turn.queued_seconds
            await jail.greet(program, lane.jails.identity(turn.slot))
            yield jail

    async def stop(self) -> None:
        """End what outlives a jail."""
        for lane in self._lanes.values():
            await lane.jails.stop()


def _plans(settings: PoolSettings) -> tuple[Plan, ...]:
    """Ways to make jails, best first. Only root maps several users without newuidmap's files."""
    return tuple(
        plan
        for plan in Plan
        if settings.launch in (None, plan.launch)
        and (os.geteuid() == 0 or not plan.separate_uids)
        and settings.separate_uids in (None, plan.separate_uids)
    )


def _lanes(settings: PoolSettings, plan: Plan, runtimes: Sequence[Runtime], folder: Path) -> dict[str, Lane]:
    lanes = {}
    for number, runtime in enumerate(runtimes):
        numbers = range(number * settings.slots, (number + 1) * settings.slots)
        home = folder / runtime.name
        home.mkdir()
        kit = launching.kit(runtime, settings.jail_python, home)
        jails = launching.jails(plan, kit, numbers, settings.uid_base, settings.scratch_bytes)
        lanes[runtime.name] = Lane(Slots(numbers.start, settings.slots, settings.queue_limit), jails)
    return lanes
