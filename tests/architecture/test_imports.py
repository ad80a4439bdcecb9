"""Who may import whom. The rules stand in pyproject.toml, under `tool.importlinter`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tracked import ROOT, tracked

# What the jail's interpreter is shown of the service's environment, by the room that runs there.
SHOWN = {
    "sandbox/inside": frozenset[str](),
    "verifier/judge/inside": frozenset({"pytest"}),
    "verifier/answers/inside": frozenset(
        {"antlr4", "latex2sympy2_extended", "math_verify", "mpmath", "sympy"}
    ),
}
OLDEST_JAIL_PYTHON = (3, 9)


def inside_sources(room: str) -> list[Path]:
    """The files of one room behind the wall."""
    return tracked(f"{room}/*.py")


def outer_modules(tree: ast.Module) -> set[str]:
    """Top-level names of all absolute imports, wherever they stand."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found


def own_modules(tree: ast.Module) -> set[str]:
    """Dotted names of our own modules that are imported."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    names = {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
    return {name for name in names if name.split(".")[0] in {"sandbox", "verifier", "rollout"}}


def test_the_import_rules_hold() -> None:
    """The layers, and the rooms that must stay strangers."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["sandbox", "verifier", "rollout"])
def test_top_level_packages_are_doors_without_furniture(name: str) -> None:
    """Importing a room never drags in its neighbours: the top `__init__`s are empty."""
    assert (ROOT / name / "__init__.py").read_bytes().strip() == b""


@pytest.mark.parametrize("room", SHOWN)
def test_code_behind_the_wall_needs_nothing_that_the_jail_lacks(room: str) -> None:
    """Standard library and other code behind the wall; and what the room's jails are shown beside it."""
    for path in inside_sources(room):
        tree = ast.parse(path.read_bytes())
        foreign = outer_modules(tree) - sys.stdlib_module_names - SHOWN[room] - {"sandbox", "verifier"}

        assert foreign == set(), path
        assert [name for name in own_modules(tree) if ".inside" not in name] == [], path


@pytest.mark.parametrize("room", SHOWN)
def test_code_behind_the_wall_parses_on_the_oldest_python_of_a_jail(room: str) -> None:
    """The jail runs the system's interpreter, which is older than the service's."""
    for path in inside_sources(room):
        tree = ast.parse(path.read_bytes(), filename=str(path), feature_version=OLDEST_JAIL_PYTHON)
        futures = [
            node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        ]

        assert futures or not path.read_bytes().strip(), f"{path}: needs `from __future__ import annotations`"
