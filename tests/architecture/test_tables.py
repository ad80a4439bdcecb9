"""Each table lists the files beside it: a forgotten line fails here, not in production."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import rollout.cli.main
import rollout.traces.table
import rollout.trainers.table
import sandbox.languages.table
import tests.bench.__main__
import verifier.cli.app
import verifier.form.table
import verifier.judge.checkers.table
import verifier.verifiers.table
from tests.architecture.tracked import ROOT

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and the folder whose files it lists."""

    folder: str
    entries: Collection[object]
    """Things that those files define, or `module:name` of them."""
    furniture: frozenset[str]
    """Files of the folder that are no entries."""

    def files(self) -> list[str]:
        """Dotted names of the files that must be listed."""
        stems = {path.stem for path in (ROOT / self.folder).glob("*.py")} - self.furniture - {"__init__"}
        return [f"{self.folder.replace('/', '.')}.{stem}" for stem in sorted(stems)]


TABLES = (
    Table(
        "verifier/verifiers",
        verifier.verifiers.table.BUILDERS,
        furniture=frozenset({"table"}),
    ),
    Table(
        "verifier/judge/checkers",
        verifier.judge.checkers.table.CHECKERS.values(),
        furniture=frozenset({"table", "equality"}),
    ),
    Table("verifier/form", verifier.form.table.RULES.values(), furniture=frozenset({"table", "model"})),
    Table("verifier/cli", verifier.cli.app.COMMANDS.values(), furniture=frozenset({"app", "workload"})),
    Table(
        "rollout/cli",
        rollout.cli.main.COMMANDS.values(),
        furniture=frozenset({"main", "exits", "options", "progress", "sampling", "service"}),
    ),
    Table("rollout/traces", rollout.traces.table.FORMATS, furniture=frozenset({"table", "model", "foreign"})),
    Table(
        "rollout/trainers",
        [plain for plain, _ in rollout.trainers.table.TRAINERS.values()],
        furniture=frozenset({"table"}),
    ),
    Table(
        "sandbox/languages",
        sandbox.languages.table.LANGUAGES.values(),
        furniture=frozenset({"table", "model", "node"}),
    ),
    Table(
        "tests/bench",
        tests.bench.__main__.BENCHMARKS.values(),
        furniture=frozenset({"__main__", "echo", "plain", "report", "turns"}),
    ),
)


def is_from(entry: object, module: ModuleType) -> bool:
    """Whether the module defines the entry: by name, as one of its values, or by the entry's class."""
    if isinstance(entry, str):
        return entry.split(":")[0] == module.__name__
    mine = any(value is entry for value in vars(module).values())
    return mine or type(entry).__module__ == module.__name__


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.folder)
def test_every_file_is_listed_once(table: Table) -> None:
    """One file, one line."""
    found = {
        name: [e for e in table.entries if is_from(e, importlib.import_module(name))]
        for name in table.files()
    }

    assert {name: entries for name, entries in found.items() if len(entries) != 1} == {}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.folder)
def test_every_line_has_its_file(table: Table) -> None:
    """Nothing is listed that lives elsewhere, and nothing twice."""
    assert len(table.entries) == len(table.files())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.folder)
def test_furniture_is_there(table: Table) -> None:
    """An exception that outlived its file would hide the next file of that name."""
    assert {stem for stem in table.furniture if not (ROOT / table.folder / f"{stem}.py").exists()} == set()


def test_every_entry_has_one_line_of_help() -> None:
    """`rollout --help` and `verifier --help` say what each command is for."""
    for entry in (*rollout.cli.main.COMMANDS.values(), *verifier.cli.app.COMMANDS.values()):
        module, name = entry.split(":") if isinstance(entry, str) else (entry.__module__, entry.__name__)
        assert (getattr(importlib.import_module(module), name).__doc__ or "").strip()
