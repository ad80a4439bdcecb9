"""The README says what is: its tree is the disk's, its settings the code's, its commands exist."""

from __future__ import annotations

import re

from rollout.cli.main import COMMANDS as ROLLOUT_COMMANDS
from tests.architecture.readme import README, commands, tree
from tests.architecture.tracked import ROOT, tracked
from verifier.cli.app import COMMANDS as VERIFIER_COMMANDS
from verifier.settings import settings_table

PLUMBING = {"__init__.py", "py.typed", ".gitignore", "README.md"}
"""What stands everywhere and needs no line."""
COMMANDS = {"verifier": VERIFIER_COMMANDS, "rollout": ROLLOUT_COMMANDS}


def test_every_path_of_the_tree_is_there() -> None:
    """A room that moved takes its line along."""
    assert {path for path in tree() if not (ROOT / path).exists()} == set()


def test_everything_at_the_top_and_in_a_package_has_its_line() -> None:
    """A newcomer finds every room in the tree, and every file that lies beside the rooms."""
    parts = [path.relative_to(ROOT).parts for path in tracked()]
    rooms = {"/".join(path[:2]) for path in parts if path[-1] not in PLUMBING}
    folders = {path[0] for path in parts if len(path) > 1}

    assert {room for room in rooms | folders if room not in tree()} == set()


def test_the_settings_table_is_current() -> None:
    """`make gen` writes it."""
    assert settings_table() in README.read_text("utf-8")


def test_every_command_is_shown_and_every_command_shown_exists() -> None:
    """A command that nobody can find might as well not be there."""
    text = README.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    for program, names in COMMANDS.items():
        assert {name for name in names if f"{program} {name}" not in text} == set()
    for program, *arguments in commands():
        known = {"make": targets, **COMMANDS}[program]
        assert not arguments or arguments[0] in known, f"{program} {arguments[0]}"
