"""The command as a user runs it, and the files it reads and writes."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from rollout.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

FAKE_VERIFIER = (sys.executable, "-m", "tests.rollout.fake_service")
"""Stands in for `verifier serve`."""

HANG_SECONDS = 60
"""Reached only where something hangs."""

ROLLOUT = (sys.executable, "-c", "from rollout.cli.main import main; main()")
"""The command as a process, for what only a process can do."""


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def summary(self) -> dict[str, Any]:
        """The object that `--json` printed."""
        return json.loads(self.stdout)


def run_rollout(*arguments: object) -> Finished:
    """Run the command to its end, in this process: starting an interpreter each time would take a second."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    return Finished(done.exit_code, done.stdout, done.stderr)


def write_records(path: Path, records: list[object]) -> Path:
    """A file with a record on each line; texts are lines as they stand."""
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records), "utf-8")
    return path


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
