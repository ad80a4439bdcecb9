"""How the jails of one runtime come to be: what they show, who they are, and which way they are started."""

from __future__ import annotations

import enum
import json
import os
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sandbox import staging
from sandbox.connection import Connection, Identity
from sandbox.model import Isolation, LaunchMode, LimitsMode, Runtime
from sandbox.nsjail import config
from sandbox.nsjail.launch import ColdStart, cold_jail
from sandbox.nsjail.template import TemplateKeeper, TemplateStart

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_FIRST_UID = 1000
"""Inside user id of the first slot's candidate; its partner has the next one."""
_UIDS_PER_SLOT = 2
_PYTHON_FLAGS = ("-s", "-S", "-B", "-X", "utf8")
"""No user site, no site-packages, no byte code written; not isolated, or the hash seed could not be fixed."""
_INSIDE = "/runtime/sandbox/inside"
_SAME_USER = (
    "candidates share their user id with the init of their jail: start the service as root (of a container "
    "in a user namespace of its own), so that several users can be mapped"
)
_COLD = (
    "every submission starts an nsjail of its own, which takes about three times the processor time of a fork"
)


class Plan(enum.Enum):
    """Ways to make jails, best first: how they start, and whether several users are mapped into them."""

    TEMPLATE = (LaunchMode.TEMPLATE, True)
    COLD = (LaunchMode.COLD, True)
    TEMPLATE_ONE_USER = (LaunchMode.TEMPLATE, False)
    COLD_ONE_USER = (LaunchMode.COLD, False)

    @property
    def launch(self) -> LaunchMode:
        """How jails start."""
        return self.value[0]

    @property
    def separate_uids(self) -> bool:
        """Whether candidates have a user of their own."""
        return self.value[1]

    def isolation(self, limits: LimitsMode, warnings: tuple[str, ...]) -> Isolation:
        """What this way gives, with these limits and warnings about them."""
        slow = (_COLD,) if self.launch is LaunchMode.COLD else ()
        shared = () if self.separate_uids else (_SAME_USER,)
        return Isolation(self.launch, limits, self.separate_uids, slow + shared + warnings)


class Jails(Protocol):
    """Starts the jails of one runtime."""

    def identity(self, slot: int) -> Identity:
        """Who candidates of this slot are, inside."""

    def jail(self, slot: int, entrances: tuple[int, ...]) -> AbstractAsyncContextManager[Connection]:
        """A fresh jail; gone, with everything in it, at exit. Its init enters groups by these descriptors."""

    async def stop(self) -> None:
        """End what outlives a jail."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What every jail of a runtime shows and runs."""

    home: Path
    """Our own folder for the runtime's files."""
    executable: str
    modules: tuple[str, ...]
    warm_up: tuple[str, str] | None
    mounts: tuple[tuple[str, str], ...]
    environment: tuple[str, ...]

    def argv(self, script: str) -> tuple[str, ...]:
        """Command line of one of our scripts."""
        return (self.executable, *_PYTHON_FLAGS, f"{_INSIDE}/{script}")


def kit(runtime: Runtime, jail_python: Path, home: Path) -> Kit:
    """Stage everything that a runtime's jails show."""
    if runtime.site:
        interpreter = staging.own_interpreter(home)
    else:
        interpreter = staging.system_interpreter(jail_python, home)
    modules = staging.stage_modules(runtime.modules, home / "runtime")
    environment = ("PYTHONHASHSEED=0", "PYTHONPATH=/runtime:/site", "PATH=/usr/bin:/bin", "LANG=C.UTF-8")
    return Kit(
        home=home,
        executable=interpreter.executable,
        modules=("sandbox.inside.script", *runtime.modules),
        warm_up=(runtime.warm_up.module, runtime.warm_up.function) if runtime.warm_up else None,
        mounts=((str(modules), "/runtime"), *interpreter.mounts, *staging.site_mounts(runtime.site, home)),
        environment=(*environment, *interpreter.environment),
    )


def jails(plan: Plan, kit: Kit, slots: range, uid_base: int, scratch_bytes: int) -> Jails:
    """Jails for these slots, started as planned."""
    if plan.launch is LaunchMode.TEMPLATE:
        return _template_jails(plan, kit, slots, uid_base, scratch_bytes)
    starts = {}
    for slot in slots:
        ids = _cold_ids(plan, slot, uid_base)
        file = kit.home / f"slot-{slot}.cfg"
        file.write_text(config.render(config.Wall(kit.mounts, kit.environment, ids, scratch_bytes)))
        starts[slot] = ColdStart(file, kit.argv("cold.py"), kit.modules)
    separate = Identity(_FIRST_UID, _FIRST_UID + 1)
    return ColdJails(starts, separate if plan.separate_uids else Identity())


class ColdJails:
    """One nsjail for each submission."""

    def __init__(self, starts: dict[int, ColdStart], identity: Identity) -> None:
        """Starts nothing yet."""
        self._starts = starts
        self._identity = identity

    def identity(self, slot: int) -> Identity:  # noqa: ARG002 -- the seam's signature
        """The same inside for every slot; outside they differ where several users are mapped."""
        return self._identity

    def jail(self, slot: int, entrances: tuple[int, ...]) -> AbstractAsyncContextManager[Connection]:
        """See `Jails`."""
        return cold_jail(self._starts[slot], entrances)

    async def stop(self) -> None:
        """Nothing outlives a cold jail."""


class TemplateJails:
    """Jails forked from a warm template."""

    def __init__(self, keeper: TemplateKeeper, *, separate_uids: bool) -> None:
        """Starts nothing yet."""
        self._keeper = keeper
        self._separate_uids = separate_uids

    def identity(self, slot: int) -> Identity:
        """Two users for each slot, all mapped into the one user namespace of the template."""
        if not self._separate_uids:
            return Identity()
        first = _FIRST_UID + _UIDS_PER_SLOT * slot
        return Identity(first, first + 1)

    @asynccontextmanager
    async def jail(self, slot: int, entrances: tuple[int, ...]) -> AsyncIterator[Connection]:
        """See `Jails`."""
        template = await self._keeper.template()
        async with template.jail(slot, entrances) as connection:
            yield connection

    async def stop(self) -> None:
        """End the template."""
        await self._keeper.stop()


def _template_jails(plan: Plan, kit: Kit, slots: range, uid_base: int, scratch_bytes: int) -> TemplateJails:
    users = (_FIRST_UID, uid_base + 1, _UIDS_PER_SLOT * slots.stop)
    ids = config.Ids(((0, uid_base, 1), users)) if plan.separate_uids else _one_user(uid_base)
    file = kit.home / "template.cfg"
    wall = config.Wall(kit.mounts, kit.environment, ids, scratch_bytes, proc_options="")
    file.write_text(config.render(wall))
    options = {
        "directories": config.directories(scratch_bytes),
        "modules": kit.modules,
        "one_user": not plan.separate_uids,
        "slots": list(slots),
        "warm_up": kit.warm_up,
    }
    start = TemplateStart(file, kit.argv("template.py"), json.dumps(options))
    return TemplateJails(TemplateKeeper(start), separate_uids=plan.separate_uids)


def _cold_ids(plan: Plan, slot: int, uid_base: int) -> config.Ids:
    if not plan.separate_uids:
        return _one_user(uid_base)
    first_outside = uid_base + 1 + _UIDS_PER_SLOT * slot
    return config.Ids(((0, uid_base, 1), (_FIRST_UID, first_outside, _UIDS_PER_SLOT)))


def _one_user(uid_base: int) -> config.Ids:
    """The service's own user; another one where that is root, and others are there."""
    maps = {kind: Path(f"/proc/self/{kind}_map").read_text() for kind in ("uid", "gid")}
    user = os.geteuid() or (uid_base if covers(maps["uid"], uid_base) else 0)
    group = os.getegid() or (uid_base if covers(maps["gid"], uid_base) else 0)
    return config.Ids(((_FIRST_UID, user, 1),), ((_FIRST_UID, group, 1),))


def may_map_several(uid_base: int, slots: int) -> bool:
    """Whether this process can give every slot users of its own. Only root can, without newuidmap's files."""
    maps = [Path(f"/proc/self/{kind}_map").read_text() for kind in ("uid", "gid")]
    needed = (uid_base, uid_base + _UIDS_PER_SLOT * slots)
    return os.geteuid() == 0 and all(covers(text, number) for text in maps for number in needed)


def covers(id_map: str, number: int) -> bool:
    """Whether an id exists in the user namespace with this map, as /proc/self/uid_map shows it."""
    ranges = ([int(word) for word in line.split()] for line in id_map.splitlines())
    return any(first <= number < first + count for first, _, count in ranges)
