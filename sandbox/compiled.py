"""Identical programs are compiled once: groups of rollouts hold many, and a compiler costs a hundred jails.

What a compiler left is kept by a digest of everything it was given: files, command line, limits. Only a jail
of exactly that program can have filled an entry, and only after its init saw the compiler end well, before
anything of the program ran; whoever poisons an entry poisons their own program. Toolchains are taken not to
change while the service runs, and nothing outlives it. Python needs none of this: it compiles in no time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.model import Ended

if TYPE_CHECKING:
    from sandbox.connection import Connection
    from sandbox.model import BoxFile, Outcome, Program, Run, Talk

_LARGEST_SHARE = 8
"""One entry takes at most this part of the whole."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of compiling a program."""

    outcome: Outcome
    files: tuple[BoxFile, ...]

    @property
    def size_bytes(self) -> int:
        """What it takes to keep."""
        streams = len(self.outcome.stdout) + len(self.outcome.stderr)
        return streams + sum(len(file.path) + len(file.content) for file in self.files)


class CompileCache:
    """The programs compiled last, up to a number of bytes."""

    def __init__(self, limit_bytes: int) -> None:
        """Empty."""
        self._limit_bytes = limit_bytes
        self._held_bytes = 0
        self._entries: OrderedDict[bytes, Compiled] = OrderedDict()

    @property
    def largest_bytes(self) -> int:
        """Of one entry; 0 keeps nothing."""
        return self._limit_bytes // _LARGEST_SHARE

    def get(self, program: Program) -> Compiled | None:
        """What the very same program was compiled to."""
        key = _key(program)
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, program: Program, compiled: Compiled) -> None:
        """Keep it, and forget what was not asked for longest."""
        key = _key(program)
        if key in self._entries or compiled.size_bytes > self.largest_bytes:
            return
        self._entries[key] = compiled
        self._held_bytes += compiled.size_bytes
        while self._held_bytes > self._limit_bytes:
            _, forgotten = self._entries.popitem(last=False)
            self._held_bytes -= forgotten.size_bytes


def _key(program: Program) -> bytes:
    """Different for programs that differ in anything a compiler is given: lengths stand before contents."""
    given = {
        "argv": program.compile_argv,
        "files": [(path, len(content)) for path, content in sorted(program.files.items())],
        "limits": dataclasses.asdict(program.compile_limits),
        "runtime": program.runtime,
    }
    digest = hashlib.sha256(json.dumps(given).encode() + b"\0")
    for _, content in sorted(program.files.items()):
        digest.update(content)
    return digest.digest()


class CompilingOnce:
    """A jail whose compiler does not run again for a program it was run for. Fulfils `sandbox.model.Jail`."""

    def __init__(self, jail: Connection, program: Program, cache: CompileCache) -> None:
        """The jail has been given the program."""
        self._jail = jail
        self._program = program
        self._cache = cache

    @property
    def queued_seconds(self) -> float:
        """See `sandbox.model.Jail`."""
        return self._jail.queued_seconds

    async def compile(self) -> Outcome:
        """See `sandbox.model.Jail`; the facts are those of the time when the compiler ran."""
        known = self._cache.get(self._program)
        if known is not None:
            await self._jail.place(known.files)
            return known.outcome
        outcome = await self._jail.compile()
        if self._cache.largest_bytes and outcome.ended is Ended.EXITED and outcome.exit_code == 0:
            files = await self._jail.collect(self._cache.largest_bytes)
            if files is not None:
                self._cache.put(self._program, Compiled(outcome, files))
        return outcome

    async def run(self, run: Run) -> Outcome:
        """See `sandbox.model.Jail`."""
        return await self._jail.run(run)

    async def converse(self, run: Run, talk: Talk) -> Outcome:
        """See `sandbox.model.Jail`."""
        return await self._jail.converse(run, talk)
