"""Names of the standard library that tests use without an import of their own, as they mean them.

`math.isclose` in a test means Python's, and so does `isclose`: whatever the candidate calls by that name
would else decide the test. A tool that is all a test names is what it tests: `assert Counter().up() == 1`.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import sys

_TOOLS = {
    **dict.fromkeys(("isclose", "isnan", "isinf", "isfinite"), "math"),
    **dict.fromkeys(("Counter", "OrderedDict", "defaultdict", "deque"), "collections"),
    "Decimal": "decimal",
    "deepcopy": "copy",
}
"""What tests compare and spell expected values with, and the modules of it."""


def implied_modules(*trees: ast.Module) -> set[str]:
    """Modules of the standard library that sources use as `module.name`, and do not define."""
    known: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
    bases = [node.value for node in _nodes(trees) if isinstance(node, ast.Attribute)]
    loaded = {base.id for base in bases if isinstance(base, ast.Name)}
    return (loaded & known) - _bound(trees)


def implied_tools(setup: ast.Module, source: ast.Module, entry_point: str | None) -> dict[str, object]:
    """Functions and classes that a test uses beside what it tests, by name."""
    trees = (setup, source)
    loaded = {node.id for node in _nodes(trees) if isinstance(node, ast.Name)}
    free = loaded - _bound(trees) - implied_modules(*trees) - set(dir(builtins)) - {entry_point}
    tools = free & _TOOLS.keys()
    if tools == free and entry_point is None and not _imported(trees):
        return {}
    return {name: getattr(importlib.import_module(_TOOLS[name]), name) for name in tools}


def _nodes(trees: tuple[ast.Module, ...]) -> list[ast.AST]:
    return [node for tree in trees for node in ast.walk(tree)]


def _bound(trees: tuple[ast.Module, ...]) -> set[str]:
    """Names that sources define anywhere, imported ones included."""
    names = {
        node.id for node in _nodes(trees) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    names |= {node.arg for node in _nodes(trees) if isinstance(node, ast.arg)}
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return names | {node.name for node in _nodes(trees) if isinstance(node, defined)} | _imported(trees)


def _imported(trees: tuple[ast.Module, ...]) -> set[str]:
    aliases = [
        alias
        for node in _nodes(trees)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    ]
    return {alias.asname or alias.name.partition(".")[0] for alias in aliases}
