"""The test's side of tests that run apart from the candidate: asserts, and HumanEval's `check`.

A trusted process beside the candidate's, under another user id where there is one. Names that the test does
not define are looked up in the candidate's program, and stay there: the test holds stand-ins. Names come
from the setup first, then from Python, and only then from the candidate.

The report is one frame: the submission's token, what became of the test, and texts for people. It is written
after the last statement of the test; ending in any other way leaves no frame, which is never a pass.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import os
import sys
import types
from typing import TYPE_CHECKING, Any, NoReturn

from verifier.judge.inside import opaque, operations, peer, plain, reports, stdlib

if TYPE_CHECKING:
    from sandbox.inside import child

_MODULE = "__test__"
_HIDDEN = (types.FrameType, types.CodeType, types.TracebackType, types.ModuleType)
"""Ways from an object of the test to everything the test knows."""
_ATTRIBUTES = (operations.GET, operations.SET, operations.DELETE)


class TestSide:
    """Offers what the test handed over, and of that its public attributes and special methods."""

    __test__ = False  # no test case of pytest
    stand_in = opaque.Opaque
    names_std = True

    def lookup(self, name: str) -> tuple[object, ...]:  # noqa: ARG002 -- no name is offered
        """See `peer.Side`."""
        return ()

    def permit(self, operation: str, target: object, args: tuple[Any, ...]) -> None:
        """Let a candidate use what it was given, but not look behind it."""
        if operation not in _ATTRIBUTES:
            return
        if type(args[0]) is not str or args[0].startswith("_"):
            raise AttributeError(f"{args[0]!r} of an object of the test")
        if operation != operations.GET and isinstance(target, (type, types.FunctionType, types.MethodType)):
            raise TypeError("a class or function of the test cannot be changed")

    def hands_out(self, value: object) -> bool:
        """See `peer.Side`."""
        return not isinstance(value, _HIDDEN)


class Namespace(dict):  # type: ignore[type-arg]
    """Globals of the test. What they lack is looked up in the candidate's program, each time anew."""

    def __init__(self, candidate: peer.Peer) -> None:
        """`candidate` is asked."""
        super().__init__({"__name__": _MODULE, "__builtins__": builtins})
        self._candidate = candidate
        self.missing: set[str] = set()
        self.asked = False

    def __missing__(self, name: str) -> object:
        if hasattr(builtins, name) or name.startswith("__"):
            raise KeyError(name)
        found = self.of_candidate(name)
        if not found:
            raise KeyError(name)
        return found[0]

    def of_candidate(self, name: str) -> tuple[object, ...]:
        """What the candidate's program has by that name, alone in a tuple, or nothing."""
        self.asked = True
        found = self._candidate.lookup(name)
        if not found:
            self.missing.add(name)
        return tuple(opaque.named(value, name) for value in found)


class Test:
    """One test, from its source to its report."""

    __test__ = False  # no test case of pytest

    def __init__(self, context: child.Context) -> None:
        task = plain.decode(context.payload)
        if context.channel is None or not isinstance(task, dict):
            raise RuntimeError("no candidate, or no task")
        self._context = context
        self._token: bytes = task["token"]
        self.setup: str = task["setup"]
        self.source: str = task["source"]
        self.entry_point: str = task["entry_point"]
        self.candidate = peer.Peer(context.channel, TestSide(), self._lost)
        self.names = Namespace(self.candidate)

    def run(self, entry_point: str | None) -> NoReturn:
        """Run the setup and the test. Does not return: the report is the result."""
        setup, source = self.parse(self.setup, "setup"), self.parse(self.source, "test")
        try:
            self.prepare(setup, source, entry_point)
        except BaseException as problem:
            if self.names.asked:
                self.conclude(problem)
            self.report(reports.INVALID, type(problem).__name__, str(problem))
        self.candidate.lookup("__name__")  # answered once the program has loaded; a test may ask nothing
        try:
            self._execute(source, entry_point)
        except BaseException as problem:
            self.conclude(problem)
        self.passed()

    def passed(self) -> NoReturn:
        """Report that the test did not fail; which it did if it took the candidate's word for too much."""
        if not opaque.worth_believing(self.candidate.believed):
            self.report(reports.FAILED, "", "objects of the program equal whatever they are compared with")
        self.report(reports.PASSED)

    def parse(self, text: str, filename: str) -> ast.Module:
        """A source of the task as a tree; one that does not compile ends the test as invalid."""
        try:
            tree = ast.parse(text, filename)
            compile(tree, filename, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
            self.report(reports.INVALID, type(problem).__name__, f"{filename}: {problem}")
        return tree

    def prepare(self, setup: ast.Module, source: ast.Module, entry_point: str | None) -> None:
        """Run the setup, which defines names for the test."""
        sys.modules[_MODULE] = types.ModuleType(_MODULE)  # dataclasses look their module up
        for name in stdlib.implied_modules(setup, source):
            with contextlib.suppress(ImportError):
                self.names[name] = importlib.import_module(name)
        self.names.update(stdlib.implied_tools(setup, source, entry_point))
        exec(compile(setup, "setup", "exec", dont_inherit=True, optimize=0), self.names)
        if entry_point is not None:
            self.names.pop(entry_point, None)  # a stub in the setup is not the candidate

    def _execute(self, source: ast.Module, entry_point: str | None) -> None:
        exec(compile(source, "test", "exec", dont_inherit=True, optimize=0), self.names)
        if entry_point is None:
            return
        if "check" not in self.names:
            self.report(reports.INVALID, "NameError", "the source defines no check")
        candidate = self.names.of_candidate(entry_point)
        if not candidate:
            self.report(reports.MISSING, "NameError", entry_point)
        self.names["check"](candidate[0])

    def conclude(self, problem: BaseException) -> NoReturn:
        """Say why a test did not pass."""
        kind = type(problem).__name__
        if any(problem is raised for raised in self.candidate.raised):
            self.report(reports.RAISED, kind, _text(problem))
        if isinstance(problem, (NameError, ImportError)):
            named = {getattr(problem, "name", None), getattr(problem, "name_from", None)}
            for name in self.names.missing & named:
                self.report(reports.MISSING, kind, name)
        if isinstance(problem, ImportError):  # a module that the test wants, and this machine has not
            self.report(reports.INVALID, kind, _text(problem))
        self.report(reports.FAILED, kind, _text(problem))

    def _lost(self, what: str) -> NoReturn:
        self.report(reports.GONE, "", what)

    def report(self, kind: str, error: str = "", message: str = "") -> NoReturn:
        """Write the report, and end."""
        self._context.report(reports.write_test_end(self._token, kind, error, message))
        os._exit(0)  # at once: nothing that runs later may add to the report


def _text(problem: BaseException) -> str:
    """The message of an exception, where reading it asks nobody."""
    simple = [part for part in problem.args if type(part) in _SIMPLE]
    return ", ".join(part if type(part) is str else repr(part) for part in simple)


_SIMPLE = (str, int, float, bool, bytes, type(None))


def payload(token: bytes, setup: str, source: str, entry_point: str = "") -> bytes:
    """What the test's process is told; the entry point only for `run_check`."""
    return plain.encode({"token": token, "setup": setup, "source": source, "entry_point": entry_point})


def run_assert(context: child.Context) -> None:
    """Run one statement of the task."""
    Test(context).run(None)


def run_check(context: child.Context) -> None:
    """Run the task's `check` on the candidate's function."""
    test = Test(context)
    test.run(test.entry_point)
