"""Tables and files agree: an entry that was forgotten fails here."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

import rollout
from rollout.cli.exits import EXIT_CODES, exit_code
from rollout.cli.main import COMMANDS, app
from rollout.embedded import SERVER_MODULES
from rollout.errors import ConnectionLost, RolloutError, Starved
from rollout.traces.table import FORMATS

ROOM = Path(rollout.__file__).parent

COMMAND_HELPERS = {"__init__", "main", "exits", "options", "progress", "sampling", "service"}
FORMAT_HELPERS = {"__init__", "model", "table", "foreign"}


def modules(folder: str, helpers: set[str]) -> set[str]:
    """Names of the modules in a folder that are entries of its table."""
    return {path.stem for path in (ROOM / folder).glob("*.py")} - helpers


def test_every_command_has_a_file_and_a_line_in_the_table() -> None:
    assert set(COMMANDS) == modules("cli", COMMAND_HELPERS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"], catch_exceptions=False)

    assert done.exit_code == 0
    assert f"Example: rollout {command}" in done.stdout


def test_every_format_has_a_file_and_a_place_in_the_tuple() -> None:
    names = [entry.name.replace("-", "_") for entry in FORMATS]

    assert sorted(names) == sorted(modules("traces", FORMAT_HELPERS))


def test_the_version_is_that_of_the_package() -> None:
    done = CliRunner().invoke(app, ["--version"], catch_exceptions=False)

    assert done.stdout.strip() == metadata.version("rollout-verifier")


def test_an_unknown_command_is_wrong_usage() -> None:
    done = CliRunner().invoke(app, ["scoer"], catch_exceptions=False)

    assert done.exit_code == 2
    assert "No such command" in done.stderr


def test_what_the_server_needs_is_what_the_extra_installs() -> None:
    requirements = metadata.requires("rollout-verifier") or []
    of_server = {line.split(";")[0] for line in requirements if "extra == 'server'" in line.replace('"', "'")}
    names = {line.split("[")[0].split("=")[0].split(">")[0].split("<")[0].strip() for line in of_server}

    assert names == set(SERVER_MODULES)
    assert set(SERVER_MODULES.values()).isdisjoint(sys.builtin_module_names)


def test_every_error_has_an_exit_code() -> None:
    """But the two that never leave the rooms that raise them as such."""
    kinds = [kind for kind in RolloutError.__subclasses__() if kind.__name__ != "FieldError"]

    assert set(kinds) == set(EXIT_CODES)
    assert exit_code(ConnectionLost("?")) == exit_code(Starved("?")) == 3
