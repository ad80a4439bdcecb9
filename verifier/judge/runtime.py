"""What candidates run on: a warm interpreter for Python, plain processes for other languages."""

from __future__ import annotations

from sandbox.model import Entry, Runtime

PYTHON = Runtime(
    name="python",
    modules=(
        "verifier.judge.inside.calls",
        "verifier.judge.inside.checker",
        "verifier.judge.inside.script",
        "verifier.judge.inside.serve",
        "verifier.judge.inside.test_side",
    ),
)

PYTEST = Runtime(
    name="pytest",
    modules=("verifier.judge.inside.serve", "verifier.judge.inside.pytest_side"),
    site=("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments"),
    warm_up=Entry("verifier.judge.inside.pytest_side", "warm_up"),
)
"""For pytest modules alone: everybody else's forks do without pytest's memory."""

INTERACTORS = Runtime("interactors", modules=("verifier.judge.inside.checker",))
"""For programs that talk to candidates, in any language: slots of their own, since each of them runs beside a
jail of a candidate. Waiting for a second slot of one kind could be for ever."""

NATIVE = Runtime("native")
"""Runs command lines."""

SCRIPT = Entry("verifier.judge.inside.script", "main")
"""Runs the program as a script."""
SERVE = Entry("verifier.judge.inside.serve", "main")
"""Loads the program and serves the test's process beside it."""


def call(payload: bytes) -> Entry:
    """Calls one function; the payload is `inside.calls.payload`'s."""
    return Entry("verifier.judge.inside.calls", "main", payload)


def test_of_assert(payload: bytes) -> Entry:
    """Runs one statement; the payload is `inside.test_side.payload`'s."""
    return Entry("verifier.judge.inside.test_side", "run_assert", payload)


def test_of_check(payload: bytes) -> Entry:
    """Runs a `check` function; the payload is `inside.test_side.payload`'s."""
    return Entry("verifier.judge.inside.test_side", "run_check", payload)


def test_of_pytest(payload: bytes) -> Entry:
    """Runs a pytest module; the payload is `inside.test_side.payload`'s."""
    return Entry("verifier.judge.inside.pytest_side", "run", payload)
