"""The test's side of pytest modules: the real pytest, in a process apart from the candidate.

The module imports the candidate as `solution`, and holds stand-ins. It is collected from memory: no file of
the jail decides what runs, no conftest, no configuration, no plugin that is not pytest's own. Every test that
the source plainly shows has to run and pass; skipped, expected to fail, deselected or missing is not passed.
Two tests are added, one that has to pass and one that has to fail: if pytest says otherwise, nothing counts.

Not here: what candidates print. `capsys` sees the test's own process.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from verifier.judge.inside import load, reports, test_side

if TYPE_CHECKING:
    from collections.abc import Generator

    from sandbox.inside import child

_FILE = Path("/test_solution.py")
_ARGUMENTS = (
    *("-c", "/dev/null", "--rootdir", "/", "--noconftest", "--assert", "plain", "--capture", "no", "-q"),
    *("-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:unraisableexception"),
    *("-p", "no:threadexception", "-p", "no:stepwise", "-p", "no:junitxml", "-p", "no:pastebin"),
)
_MUST_PASS, _MUST_FAIL = "test_must_pass_9d1c", "test_must_fail_9d1c"


class _Module(pytest.Module):
    """A module that has been executed already."""

    source: types.ModuleType

    def _getobj(self) -> types.ModuleType:
        return self.source


class Suite:
    """A plugin that collects one module and keeps what became of its tests."""

    def __init__(self, module: types.ModuleType) -> None:
        """The module, executed."""
        self._module = module
        self.ran: dict[str, bool] = {}
        """Tests by name, and whether each of their runs passed."""
        self.problem: BaseException | None = None
        """What the first failing test raised."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect the module, and nothing else."""
        collector = _Module.from_parent(session, path=_FILE)
        collector.source = self._module
        session.items = list(session.genitems(collector))
        session.testscollected = len(session.items)
        session.config.hook.pytest_collection_modifyitems(
            session=session, config=session.config, items=session.items
        )
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        """Note every phase of every test."""
        report = yield
        name = _name(item)
        passed = report.outcome == "passed" and not hasattr(report, "wasxfail")
        self.ran[name] = self.ran.get(name, True) and passed
        if not passed and self.problem is None and name != _MUST_FAIL and call.excinfo is not None:
            self.problem = call.excinfo.value
        return report


def _name(item: pytest.Item) -> str:
    """A test as its source names it: without parameters."""
    own = getattr(item, "originalname", None) or item.name
    kind = getattr(item, "cls", None)
    return f"{kind.__name__}::{own}" if kind else str(own)


def visible(tree: ast.Module) -> set[str]:
    """Tests that a source plainly defines: functions of the module, and methods of its Test classes."""
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            own = (one for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)))
            names.update(f"{node.name}::{one.name}" for one in own if one.name.startswith("test"))
    return names


class _Solution(types.ModuleType):
    """What the test imports: names are looked up in the candidate's program."""

    def __init__(self, test: test_side.Test) -> None:
        super().__init__(load.SOURCE)
        self.__dict__["_test"] = test

    def __getattr__(self, name: str) -> Any:
        test: test_side.Test = self.__dict__["_test"]
        if name == "__all__":
            test.names.asked = True
            return _importable(test)
        found = () if name.startswith("__") else test.names.of_candidate(name)
        if not found:
            raise AttributeError(f"the program defines no {name}")
        return found[0]


def _importable(test: test_side.Test) -> list[str]:
    """What `from solution import *` brings: nothing that a test may mean Python's or its own by."""
    (names,) = test.candidate.lookup(load.NAMES) or ((),)
    if not isinstance(names, (list, tuple)):
        return []
    known: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
    taken = {*dir(builtins), *known, *test.names, "pytest"}
    return [name for name in names if type(name) is str and name not in taken and not name.startswith("test")]


def run(context: child.Context) -> None:
    """Run the task's pytest module."""
    test = test_side.Test(context)
    setup, source = test.parse(test.setup, "setup"), test.parse(test.source, "test")
    sys.modules[load.SOURCE] = _Solution(test)
    try:
        test.prepare(setup, source, None)
        exec(compile(source, str(_FILE), "exec", dont_inherit=True, optimize=0), test.names)
    except BaseException as problem:
        if test.names.asked:
            test.conclude(problem)
        test.report(reports.INVALID, type(problem).__name__, str(problem))
    test.candidate.lookup("__name__")  # answered once the program has loaded; a test may ask nothing
    suite = _run(test.names)
    _judge(test, suite, visible(source))


def _run(names: dict[str, Any]) -> Suite:
    module = types.ModuleType(_FILE.stem)
    module.__dict__.update(names)
    module.__dict__.update({_MUST_PASS: lambda: None, _MUST_FAIL: _fail})
    suite = Suite(module)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest.main(list(_ARGUMENTS), plugins=[suite])
    return suite


def _fail() -> None:
    raise AssertionError


def _judge(test: test_side.Test, suite: Suite, wanted: set[str]) -> None:
    """Report. Nothing but every test running and passing is a pass."""
    ran = dict(suite.ran)
    canaries = {_MUST_PASS: True, _MUST_FAIL: False}
    if any(ran.pop(name, passes) is not passes for name, passes in canaries.items()):
        test.report(reports.INVALID, "", "pytest does not tell passing tests from failing ones")
    if not wanted and not ran:
        test.report(reports.INVALID, "", "the source holds no test")
    if suite.problem is not None:
        test.conclude(suite.problem)
    missing = sorted((wanted | canaries.keys()) - suite.ran.keys())
    if missing or not all(ran.values()):
        test.report(reports.FAILED, "", f"did not run: {', '.join(missing)}" if missing else "did not pass")
    test.passed()


def warm_up(_: child.Context) -> None:
    """Import what pytest imports when it runs."""
    suite = _run({"test_nothing": lambda: None})
    if suite.ran != {"test_nothing": True, _MUST_PASS: True, _MUST_FAIL: False}:
        raise RuntimeError(f"pytest does not work here: {suite.ran}")
