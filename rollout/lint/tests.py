"""Rules about tests of programs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from rollout.lint.model import Alone, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.lint.model import Item


class EmptyTests(Alone):
    """A reward for any program teaches nothing, and hides in the average."""

    name = "empty-tests"
    meaning = "the tests accept any program"

    def look(self, item: Item) -> Iterator[Finding]:
        tests = (item.task or {}).get("tests")
        if item.first_of_group and isinstance(tests, dict):
            reason = _accepts_anything(tests)
            if reason:
                yield Finding(item.place, reason)


class FewTests(Alone):
    """One case is guessed by a program that prints its output."""

    name = "few-tests"
    meaning = "a program that prints constants passes: all cases expect the same"

    def look(self, item: Item) -> Iterator[Finding]:
        tests = (item.task or {}).get("tests")
        outputs = tests.get("outputs") if isinstance(tests, dict) and item.first_of_group else None
        if outputs and any(map(_says_something, outputs)) and len(set(map(repr, outputs))) == 1:
            yield Finding(item.place, f"{len(outputs)} cases expect {str(outputs[0])[:40]!r}")


def _accepts_anything(tests: dict[str, Any]) -> str | None:
    if "outputs" in tests:
        outputs = tests["outputs"]
        return (
            None if any(map(_says_something, outputs)) else f"none of {len(outputs)} cases expects an output"
        )
    if "asserts" in tests:
        sources = tests["asserts"]
        return None if any(map(_decides, sources)) else f"none of {len(sources)} asserts can fail"
    for style in ("check", "pytest"):
        if style in tests and not _decides(tests[style]):
            return "no assert in it can fail"
    return None


def _says_something(output: Any) -> bool:
    return bool(output.strip()) if isinstance(output, str) else output is not None


def _decides(source: Any) -> bool:
    """Whether a test can fail, by its source; what cannot be read is for the service to refuse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, TypeError, RecursionError):
        return True
    return any(_can_fail(node) for node in ast.walk(tree))


def _can_fail(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if isinstance(node, ast.Raise):
        return True
    # pytest.raises, self.assertEqual, numpy.testing.assert_allclose
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.startswith(("assert", "raises", "fail"))
