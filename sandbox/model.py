"""What goes into a jail and what comes out: programs, runs, limits, and the facts about a run.

Nothing here knows a verdict, the wire or a client. An `Outcome` states what happened;
what it means is decided by whoever asked.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one run, on the whole process tree of the candidate and its partner together."""

    cpu_seconds: float = 10.0
    """Processor time. This, not the clock, is the time limit: load must not change a verdict."""
    idle_seconds: float = 10.0
    """Time blocked (sleeping, waiting) while nothing of the tree computes or is runnable."""
    wall_seconds: float = 300.0
    """Backstop on the clock. Reaching it says that the machine starved the run, not that the run was slow."""
    memory_bytes: int = 1 << 30
    """Private memory of the tree."""
    output_bytes: int = 64 << 20
    """Bytes written to standard output."""
    processes: int = 64
    """Processes and threads alive at once."""
    file_bytes: int = 64 << 20
    """Largest file, and the size of the scratch directory."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A warm interpreter that programs can name: what it has imported before the first fork."""

    name: str
    modules: tuple[str, ...] = ()
    """Our own modules, by dotted name, shown to the jail and imported. Standard library only, Python >= 3.9,
    and so is the code of every package around them."""
    site: tuple[str, ...] = ()
    """Top-level distributions of the service's environment that its programs may import, pure Python only."""
    warm_up: Entry | None = None
    """Called once with an empty context before the first fork, to fill caches."""


@dataclass(frozen=True, slots=True)
class Source:
    """Python source. The first run of a jail compiles it, within that run's limits, for later runs too."""

    name: str
    """How entries name it, such as `solution`."""
    filename: str
    """What tracebacks show."""
    text: bytes


@dataclass(frozen=True, slots=True)
class Program:
    """One submission: everything that all of its runs share. It gets a jail of its own, never reused."""

    runtime: str
    """Name of the runtime: a warm interpreter (runs are forks of it), or `native` (runs are executed)."""
    sources: tuple[Source, ...] = ()
    """For warm runtimes."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Put into the scratch directory before every run, by relative path; compilers find them in /box."""
    compile_argv: tuple[str, ...] = ()
    """For native programs: the compiler's command line, run in /box by `Jail.compile`.
    What it leaves there can be read, and not written, during the runs."""
    compile_limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Entry:
    """A function of a module that the runtime has preloaded, called in a fresh fork.

    It receives one argument, the `context` of `sandbox.inside.child`.
    """

    module: str
    function: str
    payload: bytes = b""
    """Bytes for the entry itself, apart from standard input."""
    steps_back: bool = False
    """Whether it may step back for the service with `nice`: that takes staying in its session, since Linux
    may share the processor among sessions, whatever the niceness in them (`sched_autogroup_enabled`). For
    code of ours alone; a candidate has a session of its own."""


@dataclass(frozen=True, slots=True)
class Run:
    """One test: a fresh process (two, with a partner) that ends before the next one starts."""

    main: Entry | tuple[str, ...]
    """The candidate: an entry of a warm runtime, or the command line of a native program."""
    stdin: bytes = b""
    """Standard input, given as a real file."""
    partner: Entry | None = None
    """A trusted process beside the candidate, under another user id where one can be had, joined to it by a
    socket. It ends the run by ending, and it alone can write the report."""
    limits: Limits = field(default_factory=Limits)


class Ended(enum.Enum):
    """How a run came to its end."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    CPU_LIMIT = "cpu_limit"
    IDLE_LIMIT = "idle_limit"
    WALL_LIMIT = "wall_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    NOT_COMPILED = "not_compiled"
    """A source of the program does not compile; standard error says why. Nothing of it was executed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Facts about one run, or about compiling. Bytes are as the program wrote them, cut at their limits."""

    ended: Ended
    exit_code: int | None
    """Exit code of the main process; None unless it exited by itself."""
    signal: int | None
    """Signal that ended the main process; None unless one did."""
    cpu_seconds: float
    wall_seconds: float
    blocked_seconds: float
    """Time during which nothing of the tree computed or was runnable."""
    memory_bytes: int
    """Largest memory of the tree seen."""
    stdout: bytes
    stderr: bytes
    """The head of standard error."""
    report: bytes
    """What the partner wrote or, without a partner, the main process: then a claim, never a verdict."""


@dataclass(frozen=True, slots=True)
class BoxFile:
    """A file that compiling left."""

    path: str
    """Relative to the box."""
    is_program: bool
    """Whether it can be executed."""
    content: bytes


class LaunchMode(enum.Enum):
    """How a jail is started."""

    TEMPLATE = "template"
    COLD = "cold"
    NONE = "none"
    """No jail works, and no program is run."""


class LimitsMode(enum.Enum):
    """How limits are enforced and measured."""

    CGROUP_V2 = "cgroup_v2"
    CGROUP_V1 = "cgroup_v1"
    RLIMIT = "rlimit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Isolation:
    """How programs are isolated here, as found by running jails."""

    launch: LaunchMode
    limits: LimitsMode
    separate_uids: bool
    """Whether candidates run under another user id than their jail's init."""
    warnings: tuple[str, ...] = ()
    """What is weaker than it could be, in plain words, with the fix."""


class Jail(Protocol):
    """A running jail, for one submission."""

    @property
    def queued_seconds(self) -> float:
        """How long the submission waited for a slot."""

    async def compile(self) -> Outcome:
        """Run the compiler of a native program. A non-zero exit code means that the program does not compile;
        standard error says why.

        Raises:
            ValueError: the program names no compiler; sources of warm runtimes are compiled when first run.
            JailDied: the jail ended without an answer.
        """

    async def run(self, run: Run) -> Outcome:
        """Run one test.

        Raises:
            JailDied: the jail ended without an answer.
            Starved: the wall backstop passed while the program was runnable.
        """

    async def converse(self, run: Run, talk: Talk) -> Outcome:
        """Run one test that is spoken with: its standard input begins with that of the run, and goes on.

        Raises:
            JailDied: the jail ended without an answer.
            Starved: the wall backstop passed while the program was runnable.
        """


class Talk(Protocol):
    """The other end of standard input and output, while a run goes on."""

    async def more_input(self) -> bytes:
        """Further bytes for standard input, once there are some; none is the end of it."""

    def take_output(self, data: bytes) -> None:
        """Bytes that the run wrote to standard output."""


class Sandbox(Protocol):
    """Makes jails."""

    @property
    def isolation(self) -> Isolation:
        """How programs are isolated here."""

    def open(self, program: Program, *, alone: bool = False) -> AbstractAsyncContextManager[Jail]:
        """A jail for one submission, once a slot is free; gone, with everything in it, at exit.

        Args:
            program: the submission.
            alone: wait until no other jail runs, and let none start meanwhile.

        Raises:
            Busy: too many submissions wait already.
            SandboxError: the jail could not be started.
        """
