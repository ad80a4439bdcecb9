"""The sandbox as one object: runtimes, slots, and jails on demand. Fulfils `sandbox.model.Sandbox`."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.cgroups import choose
from sandbox.cgroups.layout import Unusable
from sandbox.compiled import CompileCache, CompilingOnce
from sandbox.errors import LimitsRefused, NotAvailable, SandboxError
from sandbox.folder import jail_folder
from sandbox.inside import layout
from sandbox.model import Limits
from sandbox.nsjail import config, launching
from sandbox.nsjail.launching import Jails, Plan
from sandbox.retry import probe
from sandbox.slots import Slots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from sandbox.cgroups.groups import Groups, NoGroups
    from sandbox.model import Isolation, Jail, LaunchMode, LimitsMode, Program, Runtime

_SWEEPS, _SWEEP_SECONDS = 500, 0.01
"""For the last jails to be gone at the end."""


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
    compile_cache_bytes: int = 256 << 20
    """Memory for what compilers left, so that identical programs are compiled once; 0 compiles them all."""
    limits: LimitsMode | None = None
    """Allow only this way of keeping limits; None takes the best that works."""
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
    failures: list[SandboxError] = []
    with contextlib.ExitStack() as held:
        for groups, plan in _attempts(settings, len(runtimes), held, failures):
            async with contextlib.AsyncExitStack() as stack:
                folder = stack.enter_context(jail_folder())
                lanes = _lanes(settings, plan, runtimes, folder)
                isolation = plan.isolation(groups.mode, _warnings(settings, groups))
                cache = CompileCache(settings.compile_cache_bytes)
                pool = SandboxPool(isolation, lanes, groups, settings.scratch_bytes, cache)
                stack.push_async_callback(pool.stop)
                found = await asyncio.gather(*(_fails(pool, runtime.name) for runtime in runtimes))
                if failure := next(filter(None, found), None):
                    failures.append(failure)
                    continue
                yield pool
                return
    if not failures:
        raise NotAvailable("several user ids are required, and this process cannot map them")
    notes = "\n".join(getattr(failures[-1], "__notes__", ()))
    raise NotAvailable(f"no jail works on this machine: {failures[-1]}\n{notes}".strip()) from failures[-1]


async def _fails(pool: SandboxPool, runtime: str) -> SandboxError | None:
    try:
        await probe(pool, runtime)
    except SandboxError as failure:
        return failure
    return None


def _attempts(
    settings: PoolSettings, runtimes: int, held: contextlib.ExitStack, failures: list[SandboxError]
) -> Iterator[tuple[Groups | NoGroups, Plan]]:
    """Ways to keep limits and to make jails, best first. Jails that fail under one kind of limits fail under
    the others too, unless it was the limits that failed."""
    try:
        for groups in choose.ways(settings.limits, held):
            for plan in _plans(settings, runtimes):
                yield groups, plan
                if isinstance(failures[-1], LimitsRefused):
                    break
            else:
                return
    except Unusable as problem:
        raise NotAvailable(f"limits cannot be kept as configured: {problem}") from problem


class SandboxPool:
    """Makes one jail for each submission."""

    def __init__(
        self,
        isolation: Isolation,
        lanes: dict[str, Lane],
        groups: Groups | NoGroups,
        scratch_bytes: int,
        cache: CompileCache,
    ) -> None:
        """Use `start`, which also proves that jails work."""
        self._isolation = isolation
        self._lanes = lanes
        self._groups = groups
        self._scratch_bytes = scratch_bytes
        self._cache = cache

    @property
    def isolation(self) -> Isolation:
        """See `sandbox.model.Sandbox`."""
        return self._isolation

    @contextlib.asynccontextmanager
    async def open(self, program: Program, *, alone: bool = False) -> AsyncIterator[Jail]:
        """See `sandbox.model.Sandbox`."""
        try:
            lane = self._lanes[program.runtime]
        except KeyError:
            raise NotAvailable(f"no runtime {program.runtime}") from None
        async with lane.slots.turn(alone=alone) as turn:
            with self._groups.group(self._files_bytes(program)) as group:
                async with lane.jails.jail(turn.slot, group.entrances) as jail:
                    jail.queued_seconds = turn.queued_seconds
                    await jail.greet(program, lane.jails.identity(turn.slot), group)
                    yield CompilingOnce(jail, program, self._cache) if program.compile_argv else jail

    def _files_bytes(self, program: Program) -> int:
        """What the files of a jail may take: those that compiling leaves only where something is compiled."""
        sizes = config.directory_bytes(self._scratch_bytes)
        may_fill_box = program.compile_argv or not self._isolation.separate_uids
        return sum(sizes.values()) if may_fill_box else sizes[layout.SCRATCH]

    async def stop(self) -> None:
        """End what outlives a jail."""
        await asyncio.gather(*(lane.jails.stop() for lane in self._lanes.values()))
        for _ in range(_SWEEPS):
            if self._groups.sweep():
                break
            await asyncio.sleep(_SWEEP_SECONDS)  # whoever starts next removes what is left in the end


def _plans(settings: PoolSettings, runtimes: int) -> tuple[Plan, ...]:
    """Ways to make jails, best first."""
    several = launching.may_map_several(settings.uid_base, settings.slots * runtimes)
    return tuple(
        plan
        for plan in Plan
        if settings.launch in (None, plan.launch)
        and (several or not plan.separate_uids)
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


def _warnings(settings: PoolSettings, groups: Groups | NoGroups) -> tuple[str, ...]:
    """What is weaker than it could be about the limits."""
    found = (
        limits_warning(groups.reasons),
        memory_warning(settings.slots, settings.scratch_bytes, choose.memory_bytes()),
    )
    return tuple(warning for warning in found if warning)


def limits_warning(reasons: tuple[str, ...]) -> str:
    """Why there are no control groups; empty where there are, or none are wanted."""
    if not reasons:
        return ""
    return (
        "limits are kept by rlimits and by init's accounting, which looks every 50 ms: give the service "
        f"control groups that it can write ({'; '.join(reasons)})"
    )


def memory_warning(slots: int, scratch_bytes: int, memory_bytes: int) -> str:
    """Whether jails at the usual limit, all at once, and the service fit into memory; empty if they do.

    They need not be there all at once, so this is no reason not to start. If they are, jails are killed and
    not the service: they are the kernel's first choice, whatever they do.
    """
    jail_bytes = Limits().memory_bytes + sum(config.directory_bytes(scratch_bytes).values())
    needed_bytes = slots * jail_bytes + choose.RESERVE_BYTES
    if needed_bytes <= memory_bytes:
        return ""
    return (
        f"{slots} jails at their limits and the service take {needed_bytes >> 20} MiB, of which there are "
        f"{memory_bytes >> 20}: give the service more memory, or set VERIFIER_SLOTS lower"
    )
