"""Small files and small functions: what separates pleasant code from the rest is its tail."""

from __future__ import annotations

import ast

from tests.architecture.tracked import ROOT, own_sources

FILE_LINES = 400
FUNCTION_LINES = 60


def test_no_source_file_is_longer_than_the_wall() -> None:
    """Tests may be longer: tables are."""
    sources = [path for path in own_sources() if ROOT / "tests" not in path.parents]
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in sources
    }

    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_the_wall() -> None:
    """Counted from `def` to the last line, docstring and all."""
    long = {}
    for path in own_sources():
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = lines

    assert long == {}
