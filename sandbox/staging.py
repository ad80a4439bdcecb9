"""Shows a jail our own modules, and an interpreter and packages that may live in a private folder.

A jail mounts as an unprivileged user, who cannot look into a private home. What is not public is hard-linked
(or copied, across file systems) into a folder of this process that is; once, before the first jail.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.errors import NotAvailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_INSIDE = ("sandbox.inside.init", "sandbox.inside.cold", "sandbox.inside.script")
"""Modules that every runtime needs."""

_UNUSED = frozenset({"ensurepip", "idlelib", "site-packages", "test", "tests", "tkinter", "turtledemo"})
"""Folders of a Python prefix that no jail needs."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python as a jail sees it."""

    executable: str
    """Path inside the jail."""
    mounts: tuple[tuple[str, str], ...] = ()
    """What to show read-only, besides the system's folders: (outside, inside)."""
    environment: tuple[str, ...] = ()


def stage_modules(modules: Iterable[str], folder: Path) -> Path:
    """Copy the packages around our modules, with their parents' empty `__init__`s; the folder to mount."""
    for module in {*_INSIDE, *modules}:
        package = module.rpartition(".")[0]
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise NotAvailable(f"no package {package} to show to jails")
        source = Path(next(iter(spec.submodule_search_locations)))
        target = folder.joinpath(*package.split("."))
        target.mkdir(parents=True, exist_ok=True)
        for file in source.glob("*.py"):
            shutil.copyfile(file, target / file.name)
        for parent in target.relative_to(folder).parents:
            (folder / parent / "__init__.py").touch()
    (folder / "__init__.py").unlink(missing_ok=True)
    _open_to_all(folder)
    return folder


def system_interpreter(executable: Path, folder: Path) -> Interpreter:
    """An interpreter by its path; the service's own where that path does not exist."""
    if not executable.exists():
        return own_interpreter(folder)
    if executable.is_relative_to("/usr") or executable.is_relative_to("/bin"):
        return Interpreter(str(executable))
    raise NotAvailable(f"the interpreter of jails has to live under /usr; {executable} does not")


def own_interpreter(folder: Path) -> Interpreter:
    """The interpreter that runs this service."""
    prefix = Path(sys.base_prefix)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if prefix.is_relative_to("/usr"):
        return Interpreter(str(prefix / "bin" / name))
    shown = publish(prefix, folder / "python")
    return Interpreter(f"/py/bin/{name}", ((str(shown), "/py"),), ("LD_LIBRARY_PATH=/py/lib",))


def site_mounts(packages: Iterable[str], folder: Path) -> tuple[tuple[str, str], ...]:
    """Packages of the service's environment, shown below /site.

    Raises:
        NotAvailable: a package is not installed.
    """
    mounts = []
    for package in packages:
        for distribution in _providers().get(package, ()):  # some ask for their own version when imported
            record = _record(distribution)
            mounts.append((str(publish(record, folder / record.name)), f"/site/{record.name}"))
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.origin:
            raise NotAvailable(
                f"the package {package} is not installed: pip install 'rollout-verifier[server]'"
            )
        source = Path(spec.origin)
        source = source.parent if source.name == "__init__.py" else source  # else a module of one file
        mounts.append((str(publish(source, folder / source.name)), f"/site/{source.name}"))
    return tuple(mounts)


@functools.cache
def _providers() -> Mapping[str, list[str]]:
    """Distributions by the packages that they install. Looking through all of them takes a while."""
    return importlib.metadata.packages_distributions()


def _record(distribution: str) -> Path:
    """The folder with what is known of a distribution; spelled in its own way or in the normalised one."""
    site = Path(str(importlib.metadata.distribution(distribution).locate_file("")))
    wanted = distribution.replace("-", "_").lower()
    return next(path for path in site.glob("*.dist-info") if path.name.partition("-")[0].lower() == wanted)


def publish(source: Path, target: Path) -> Path:
    """The source itself where a jail can reach it, else a linked copy at `target`."""
    source = source.resolve()
    if os.geteuid() != 0 or all(_passable(folder) for folder in (source, *source.parents)):
        return source
    if source.is_file():
        _link(str(source), str(target))
        return target
    shutil.copytree(source, target, copy_function=_link, symlinks=True, ignore=_ignored)
    return target


def _passable(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _ignored(_: str, names: list[str]) -> set[str]:
    return set(_UNUSED.intersection(names))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
