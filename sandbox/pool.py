"""The sandbox as one object: runtimes, slots, and jails on demand. Fulfils `sandbox.model.Sandbox`."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import staging
from sandbox.connection import Identity
from sandbox.errors import NotAvailable, SandboxError
from sandbox.model import Isolation, LaunchMode, LimitsMode, Program, Runtime
from sandbox.nsjail import config
from sandbox.nsjail.launch import ColdStart, cold_jail
from sandbox.retry import probe
from sandbox.slots import Slots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sandbox.connection import Connection

_CANDIDATE_UID = 1000
_PARTNER_UID = 1001
_PYTHON_FLAGS = ("-s", "-S", "-B", "-X", "utf8")
"""No user site, no site-packages, no byte code written; not isolated, or the hash seed could not be fixed."""


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


@dataclass(frozen=True, slots=True)
class _Lane:
    """One runtime: its slots, and how each of them starts a jail."""

    slots: Slots
    starts: dict[int, ColdStart]


@contextlib.asynccontextmanager
async def start(settings: PoolSettings, runtimes: Sequence[Runtime]) -> AsyncIterator[SandboxPool]:
    """A pool in which every runtime has passed a known-good program.

    Raises:
        NotAvailable: jails do not work here; the message says why.
    """
    with tempfile.TemporaryDirectory(prefix="verifier-jails-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        problem: SandboxError | None = None
        for separate_uids in _identity_plans():
            pool = SandboxPool(_isolation(separate_uids), _lanes(settings, runtimes, folder, separate_uids))
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

    def __init__(self, isolation: Isolation, lanes: dict[str, _Lane]) -> None:
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
        identity = Identity(_CANDIDATE_UID, _PARTNER_UID) if self._isolation.separate_uids else Identity()
        async with lane.slots.turn(alone=alone) as turn, cold_jail(lane.starts[turn.slot]) as jail:
            jail.queued_seconds = turn.queued_seconds
            await jail.greet(program, identity)
            yield jail


def _identity_plans() -> tuple[bool, ...]:
    """Whether to map several users, best first. Only root may without newuidmap's files."""
    return (True, False) if os.geteuid() == 0 else (False,)


def _isolation(separate_uids: bool) -> Isolation:
    warnings = []
    if not separate_uids:
        warnings.append(
            "candidates share their user id with the init of their jail: start the service as root of its "
            "container (in a user namespace of its own), so that several users can be mapped"
        )
    return Isolation(LaunchMode.COLD, LimitsMode.RLIMIT, separate_uids, tuple(warnings))


def _lanes(
    settings: PoolSettings, runtimes: Sequence[Runtime], folder: Path, separate_uids: bool
) -> dict[str, _Lane]:
    lanes = {}
    for number, runtime in enumerate(runtimes):
        first = number * settings.slots
        home = folder / f"{runtime.name}-{'several' if separate_uids else 'one'}"
        home.mkdir()
        kit = _kit(settings, runtime, home)
        starts = {
            slot: _cold_start(settings, kit, home / f"slot-{slot}.cfg", _ids(settings, slot, separate_uids))
            for slot in range(first, first + settings.slots)
        }
        lanes[runtime.name] = _Lane(Slots(first, settings.slots, settings.queue_limit), starts)
    return lanes


@dataclass(frozen=True, slots=True)
class _Kit:
    """What every jail of a runtime shows and runs."""

    argv: tuple[str, ...]
    modules: tuple[str, ...]
    mounts: tuple[tuple[str, str], ...]
    environment: tuple[str, ...]


def _kit(settings: PoolSettings, runtime: Runtime, home: Path) -> _Kit:
    interpreter = (
        staging.own_interpreter(home) if runtime.site else staging.system_interpreter(settings.jail_python, home)
    )
    modules = staging.stage_modules(runtime.modules, home / "runtime")
    environment = ("PYTHONHASHSEED=0", "PYTHONPATH=/runtime:/site", "PATH=/usr/bin:/bin", "LANG=C.UTF-8")
    return _Kit(
        argv=(interpreter.executable, *_PYTHON_FLAGS, "/runtime/sandbox/inside/cold.py"),
        modules=("sandbox.inside.script", *runtime.modules),
        mounts=((str(modules), "/runtime"), *interpreter.mounts, *staging.site_mounts(runtime.site, home)),
        environment=(*environment, *interpreter.environment),
    )


def _cold_start(settings: PoolSettings, kit: _Kit, file: Path, ids: config.Ids) -> ColdStart:
    wall = config.Wall(kit.mounts, kit.environment, ids, settings.scratch_bytes)
    file.write_text(config.render(wall))
    return ColdStart(file, kit.argv, kit.modules)


def _ids(settings: PoolSettings, slot: int, separate_uids: bool) -> config.Ids:
    if not separate_uids:
        outside = os.geteuid() or settings.uid_base
        return config.Ids(((_CANDIDATE_UID, outside, 1),))
    first = settings.uid_base + 1 + 2 * slot
    return config.Ids(((0, settings.uid_base, 1), (_CANDIDATE_UID, first, 2)))
