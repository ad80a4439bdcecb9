"""`rollout score` over more than fits into memory, killed on the way and continued: what it holds and loses.

The command is a process with a verifier of its own, as a user starts it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.scale.traces import expected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.scale.traces import Made

LIMIT_BYTES = 1 << 30
KILLED_AT = (0.3, 0.7)
"""After which share of the lines."""
_COMMAND = (sys.executable, "-c", "from rollout.cli.main import main; main()", "score")
_LOOK_SECONDS = 0.2
_LOOKS_SHOWN = 10
_PROBLEMS_SHOWN = 10


@dataclass
class Run:
    """One start of the command, until its end or until it was killed."""

    held_bytes: list[tuple[int, int]] = field(default_factory=list)
    """Lines written, and what the command held then: some looks."""
    peak_bytes: int = 0
    """The most the command ever held, as the kernel counts."""
    verifier_bytes: int = 0
    """The most that its verifier held at a look, jails and all; memory that they share counts for each."""
    lines: int = 0
    """Of output, at its end."""
    seconds: float = 0.0
    code: int | None = None
    """None: it was killed."""

    def line(self) -> str:
        """It in a line for people."""
        end = "killed" if self.code is None else f"exit code {self.code}"
        held = " ".join(f"{_mb(held)}" for _, held in self.held_bytes)
        return (
            f"{end} after {self.seconds:.0f} s at line {self.lines}: held {held} MB, "
            f"at most {_mb(self.peak_bytes)}; its verifier at most {_mb(self.verifier_bytes)} MB"
        )


@dataclass
class Rehearsed:
    """All runs, and what is wrong with their output."""

    runs: list[Run]
    problems: list[str]


def rehearse(made: Made, out: Path, told: Callable[[Run], None]) -> Rehearsed:
    """Score these traces, killing the command twice on the way.

    Args:
        made: the traces.
        out: where scored lines go.
        told: of each run as it ends.
    """
    runs = []
    for share in (*KILLED_AT, None):
        stop_at = None if share is None else int(made.records * share)
        runs.append(_run(made, out, stop_at))
        told(runs[-1])
    problems = [
        f"run {number} held {_mb(run.peak_bytes)} MB"
        for number, run in enumerate(runs, start=1)
        if run.peak_bytes >= LIMIT_BYTES
    ]
    if runs[-1].code != 0:
        problems.append(f"exit code {runs[-1].code}")
    return Rehearsed(runs, problems + _differences(made, out))


def _run(made: Made, out: Path, stop_at: int | None) -> Run:
    """Run the command, to its end or until it has written so many lines."""
    run, began = Run(), time.monotonic()
    written = _Lines(Path(f"{out}.partial"))
    command = [*_COMMAND, str(made.path), "-o", str(out), "--resume", "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            _look(run, process.pid, written.count(), made.records)
            if stop_at is not None and run.lines >= stop_at:
                process.kill()
                break
            time.sleep(_LOOK_SECONDS)
    run.lines = max(run.lines, written.count())
    run.code = None if process.returncode == -9 else process.returncode
    run.seconds = time.monotonic() - began
    return run


def _look(run: Run, pid: int, lines: int, records: int) -> None:
    run.lines = lines
    held, peak = _memory(pid)
    run.peak_bytes = max(run.peak_bytes, peak)
    run.verifier_bytes = max(run.verifier_bytes, sum(_memory(below)[0] for below in _below(pid)))
    if not run.held_bytes or lines - run.held_bytes[-1][0] >= records / _LOOKS_SHOWN:
        run.held_bytes.append((lines, held))


class _Lines:
    """Counts the lines of a file that grows; one that is gone has those it had."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = self._lines = 0

    def count(self) -> int:
        if self._path.exists():
            with self._path.open("rb") as stream:
                stream.seek(self._end)
                while piece := stream.read(1 << 20):
                    self._lines += piece.count(b"\n")
                    self._end += len(piece)
        return self._lines


def _differences(made: Made, out: Path) -> list[str]:
    """Where the output is not the input line for line, each with the verdict that it must have."""
    problems = []
    with made.path.open("rb") as records, out.open("rb") as lines:
        for number, record in enumerate(records, start=1):
            problem = _difference(record.rstrip(b"\n"), lines.readline())
            if problem:
                problems.append(f"line {number}: {problem}")
            if len(problems) == _PROBLEMS_SHOWN:
                return problems
        if lines.read(1):
            problems.append("there are more lines than records")
    return problems


def _difference(record: bytes, line: bytes) -> str:
    if not line.endswith(b"\n"):
        return "is missing or torn"
    if not line.startswith(record[:-1]):
        return "is not that of its record"
    scored = json.loads(line)
    if scored["correct"] is not expected(scored):
        return f"{scored['verdict']} in place of {'a right' if expected(scored) else 'a wrong'} answer"
    return ""


def _memory(pid: int) -> tuple[int, int]:
    """What a process holds now, and the most it ever held; nothing where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0, 0
    sizes = dict(line.split(":", 1) for line in status.splitlines() if line.startswith(("VmRSS", "VmHWM")))
    now, most = (int(sizes.get(name, "0 kB").split()[0]) << 10 for name in ("VmRSS", "VmHWM"))
    return now, most


def _below(pid: int) -> Sequence[int]:
    """Every process below this one."""
    found, todo = [], [pid]
    while todo:
        for children in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            try:
                pids = [int(child) for child in children.read_text().split()]
            except OSError:
                continue
            found += pids
            todo += pids
    return found


def _mb(size: int) -> str:
    return f"{size / 1e6:.0f}"
