"""A sandbox that runs nothing and ends as told: for failures that no real jail shows on demand."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sandbox.errors import SandboxError
from sandbox.model import Ended, Isolation, LaunchMode, LimitsMode, Outcome
from sandbox.retry import SCRIPT

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from sandbox.model import Program, Run

GOOD = Outcome(Ended.EXITED, 0, None, 0.01, 0.02, 0.0, 1 << 20, b"", b"", b"")


class Scripted:
    """A sandbox and its jail in one: runs nothing, and ends as told."""

    isolation = Isolation(LaunchMode.COLD, LimitsMode.RLIMIT, separate_uids=False)
    queued_seconds = 0.0

    def __init__(self, *ends: Outcome | SandboxError, probe: bytes = b"42\n") -> None:
        """`ends`: of each run in turn, the last one repeated; `probe`: what known-good programs print."""
        self._ends = list(ends)
        self._probe = probe
        self.runs: list[Run] = []

    def open(self, program: Program, *, alone: bool = False) -> AbstractAsyncContextManager[Scripted]:
        """See `sandbox.model.Sandbox`."""
        return self

    async def __aenter__(self) -> Scripted:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def compile(self) -> Outcome:
        """See `sandbox.model.Jail`."""
        return GOOD

    async def run(self, run: Run) -> Outcome:
        """See `sandbox.model.Jail`."""
        if run.main == SCRIPT:
            return dataclasses.replace(GOOD, stdout=self._probe)
        self.runs.append(run)
        end = self._ends.pop(0) if len(self._ends) > 1 else self._ends[0]
        if isinstance(end, SandboxError):
            raise end
        return end
