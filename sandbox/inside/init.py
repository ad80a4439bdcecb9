"""PID 1 of a jail: takes one submission from the host, runs its tests one at a time, reports facts.

It never parses the candidate's bytes: the first run's own process compiles them before it executes anything,
and hands the result over as opaque bytes for the runs that follow. Candidates run in fresh forks, under
another user id where there is one; everything they leave behind is killed and wiped before the next test.
Init holds one input at a time, since forks inherit its memory, and it never holds what a partner is told: the
partner reads that from the host itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import socket
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.inside import child, feed, frames, interpreter, kernel, layout, scratch, seccomp, supervise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT_CAPABILITIES = (
    kernel.CAP_CHOWN,
    kernel.CAP_DAC_OVERRIDE,
    kernel.CAP_FOWNER,  # with the two above: to wipe what other users left
    kernel.CAP_KILL,
    kernel.CAP_SETGID,
    kernel.CAP_SETUID,
    kernel.CAP_SYS_PTRACE,  # to read how candidates share memory
)
"""In the jail's own user namespace only, and of init alone."""


_PENDING_SIGNALS = 1024
"""Timers and queued signals of one user, which the kernel keeps as nobody's memory. Its own default is about
four for each megabyte of the machine; programs use a handful."""

_COLLECTED_FILES = 100
"""Of what compiling left: compilers leave a handful, and their names have to fit into a head."""


_JAIL_SOCKET_FD, _SCORE_FD = 3, 4

_FIRST_TO_DIE, _NEXT_TO_DIE = b"1000", b"900"
"""Scores of candidates and of inits: both before anything else of the machine, and in this order."""


class Base(NamedTuple):
    """What every init of an interpreter has in common: found out once, before the first fork."""

    filter_bytes: bytes
    capabilities: tuple[int, ...]
    data_bytes: int
    """Of the interpreter itself, which children begin with: a candidate's limit is on top of it."""
    resident_bytes: int
    """Of a fork that does nothing: what a child has more than this is its own."""


class BoxChanged(Exception):
    """A program has changed what its later runs would execute. That it can is the lack of a second user."""


class Submission:
    """What the host sent, and what compiling made of it."""

    def __init__(self, base: Base, score: int, head: dict[str, Any], body: bytes) -> None:
        """From a PROGRAM frame."""
        self.base = base
        self.score = score
        self.uid: int = head["uid"]
        self.partner_uid: int = head["partner_uid"]
        self.compile_argv: tuple[str, ...] = tuple(head["compile_argv"])
        self.codes: dict[str, bytes] = {}
        self.box: dict[str, tuple[int, int]] | None = None
        """What was in the box before the first run, where candidates could change it."""
        self.limits: dict[tuple[supervise.Limits, int], tuple[tuple[int, int], ...]] = {}
        """Limits per process, as worked out for limits of a run and the processes of ours beside it."""
        sizes = [*(size for _, _, size in head["sources"]), *(size for _, size in head["files"])]
        parts = _split(body, sizes)
        self.sources = tuple(child.Source(name, file, next(parts)) for name, file, _ in head["sources"])
        self.files = {path: next(parts) for path, _ in head["files"]}


def prepare() -> Base:
    """Make this interpreter fit to be init, or its parent: undumpable, and without a way to more rights."""
    interpreter.prepare()
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as adjustment:
        adjustment.write("1000")  # where a machine runs out of memory, jails die before anything else does
    resource.setrlimit(resource.RLIMIT_SIGPENDING, (_PENDING_SIGNALS,) * 2)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    held = kernel.held_capabilities()
    if held:
        kernel.drop_bounding_set()
    with open("/proc/self/statm", encoding="ascii") as statm:
        data_bytes = int(statm.read().split()[5]) * resource.getpagesize()
    keep = tuple(capability for capability in KEPT_CAPABILITIES if capability in held)
    return Base(seccomp.build(os.uname().machine), keep, data_bytes, _resident_bytes_of_a_fork())


def _resident_bytes_of_a_fork() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return os.wait4(pid, 0)[2].ru_maxrss * 1024


def enter_groups(entrances: list[int]) -> str:
    """Become a member of control groups, by files of theirs that the host has opened; why not, if refused."""
    try:
        for entrance in entrances:
            os.write(entrance, b"0")
    except OSError as problem:
        return str(problem)
    return ""


def open_score() -> int:
    """A way to change this process's own score, from before its /proc is made read-only.

    Read-only, since whoever may write there could look better than the service to the kernel's killer.
    """
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # else the file is root's, whom not every jail has
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    return score


def only_descriptors(jail_socket: int, score: int) -> tuple[socket.socket, int]:
    """Close everything but the standard streams and these, which get fixed numbers.

    Whatever numbers the host gave them, no child of init takes one of them for its own.
    """
    copy = fcntl.fcntl(score, fcntl.F_DUPFD, _SCORE_FD + 1)  # or the socket could take its place
    if jail_socket != _JAIL_SOCKET_FD:
        os.dup2(jail_socket, _JAIL_SOCKET_FD)
    os.dup2(copy, _SCORE_FD)
    kernel.close_from(_SCORE_FD + 1)
    return socket.socket(fileno=_JAIL_SOCKET_FD), _SCORE_FD


def main(sock: socket.socket, base: Base, refused: str, score: int) -> None:
    """Serve one submission until the host hangs up. Does not return.

    Args:
        sock: leads to the host.
        base: see `prepare`.
        refused: why the groups of this jail could not be entered; the host decides about that.
        score: see `open_score`.
    """
    try:
        kernel.keep_capabilities(base.capabilities)
        kernel.install_filter(base.filter_bytes)
        frames.send(sock, frames.HELLO, {"refused": refused})
        submission = _read_program(sock, base, score)
        while True:
            _serve_one(sock, submission)
    except child.NoProcess as problem:
        with contextlib.suppress(OSError):
            frames.send(sock, frames.NO_PROCESS, {"why": str(problem)})
        os._exit(0)
    except (EOFError, ConnectionError, supervise.HostGone):
        os._exit(0)


def _read_program(sock: socket.socket, base: Base, score: int) -> Submission:
    kind, head, body = frames.receive(sock)
    if kind != frames.PROGRAM:
        raise ValueError(f"expected a program, got frame {kind}")
    return Submission(base, score, head, body)


def _split(body: bytes, sizes: list[int]) -> Iterator[bytes]:
    offset = 0
    for size in sizes:
        yield body[offset : offset + size]
        offset += size


def _serve_one(sock: socket.socket, submission: Submission) -> None:
    kind, head, body = frames.receive(sock)
    while kind == frames.INPUT:  # for a run that ended before it came
        kind, head, body = frames.receive(sock)
    if kind == frames.COLLECT:
        _collect(sock, head["limit_bytes"])
    elif kind == frames.PLACE:
        _place(head, body)
    else:
        _send_facts(sock, _measure(sock, submission, kind, head, body))


def _measure(
    sock: socket.socket, submission: Submission, kind: int, head: dict[str, Any], body: bytes
) -> supervise.Facts:
    limits = supervise.Limits(**head["limits"])
    if kind == frames.COMPILE:
        return _compile(sock, submission, limits)
    if kind == frames.RUN:
        return _run(sock, submission, limits, head, body)
    raise ValueError(f"unexpected frame {kind}")


def _compile(sock: socket.socket, submission: Submission, limits: supervise.Limits) -> supervise.Facts:
    scratch.hand_over(layout.BOX, submission.uid)
    scratch.fill(layout.BOX, submission.files, submission.uid)
    confinement = _confinement(submission, submission.uid, limits)._replace(directory=layout.BOX)

    def start(wiring: child.Wiring) -> int:
        return _to_die_first(submission, lambda: child.fork(wiring, confinement, submission.compile_argv))

    facts = supervise.run(sock, start, None, b"", limits, submission.base.resident_bytes)
    scratch.take_back(layout.BOX, submission.uid)
    scratch.wipe()
    return facts


def _collect(sock: socket.socket, limit_bytes: int) -> None:
    """Send what compiling left. Nothing of the candidate's lives at this time."""
    found = scratch.collect(layout.BOX, limit_bytes, _COLLECTED_FILES)
    if found is None:
        frames.send(sock, frames.BOX, {"files": None})
        return
    for _, content in found.values():
        for start in range(0, len(content), frames.MAX_CHUNK_BYTES):
            piece = content[start : start + frames.MAX_CHUNK_BYTES]
            frames.send(sock, frames.CHUNK, {"stream": "box"}, piece)
    files = [[path, is_program, len(content)] for path, (is_program, content) in found.items()]
    frames.send(sock, frames.BOX, {"files": files})


def _place(head: dict[str, Any], body: bytes) -> None:
    contents = _split(body, [size for _, _, size in head["files"]])
    scratch.place(layout.BOX, {path: (is_program, next(contents)) for path, is_program, _ in head["files"]})


def _run(
    sock: socket.socket, submission: Submission, limits: supervise.Limits, head: dict[str, Any], body: bytes
) -> supervise.Facts:
    scratch.fill(layout.SCRATCH, submission.files, submission.uid)
    if submission.uid < 0 and submission.box is None:
        submission.box = scratch.inventory(layout.BOX)
    stdin_bytes: int = head["stdin_bytes"]
    program = child.program_of(head["main"], body[stdin_bytes:], submission.sources, submission.codes)
    with_partner = bool(head["partner"])
    confinement = _confinement(submission, submission.uid, limits, with_partner=with_partner)._replace(
        dumpable=submission.uid < 0
    )
    partner_confinement = _confinement(submission, submission.partner_uid, limits, with_partner=with_partner)

    def start_main(wiring: child.Wiring) -> int:
        return _to_die_first(submission, lambda: child.fork(wiring, confinement, program))

    def start_partner(wiring: child.Wiring) -> int:
        return _to_die_first(
            submission,
            lambda: child.fork_reading_payload(wiring, partner_confinement, head["partner"], sock),
        )

    partner = start_partner if head["partner"] else None
    stdin = feed.Feed(body[:stdin_bytes]) if head["spoken_with"] else body[:stdin_bytes]
    compiles = bool(submission.sources and not submission.codes)
    facts = supervise.run(
        sock, start_main, partner, stdin, limits, submission.base.resident_bytes, compiles=compiles
    )
    if compiles:
        submission.codes = child.split_codes(facts.streams["codes"], submission.sources)
    scratch.wipe()
    _restore_box(submission)
    return facts


def _to_die_first(submission: Submission, fork: Callable[[], int]) -> int:
    """A fork that dies before init where memory runs out: init is larger than many a program that has others
    hold it. Forks inherit the score, and init alone can change its own."""
    os.pwrite(submission.score, _FIRST_TO_DIE, 0)
    try:
        return fork()
    finally:
        os.pwrite(submission.score, _NEXT_TO_DIE, 0)


def _restore_box(submission: Submission) -> None:
    """Let nothing pass from run to run through the box where candidates can write to it.

    Raises:
        BoxChanged: what compiling left is no more what it was.
    """
    if submission.box is None:
        return
    if not submission.box:
        scratch.wipe(layout.BOX)
    elif scratch.inventory(layout.BOX) != submission.box:
        raise BoxChanged


def _confinement(
    submission: Submission, uid: int, limits: supervise.Limits, *, with_partner: bool = False
) -> child.Confinement:
    # The kernel counts processes by user: where there is one for all, init and a partner count as well.
    ours = 0 if uid >= 0 else 1 + with_partner
    per_process = submission.limits.get((limits, ours))
    if per_process is None:
        per_process = submission.limits[limits, ours] = child.limits_per_process(
            cpu_seconds=int(limits.cpu_seconds)
            + 2,  # init acts first; the kernel's own limit has whole seconds
            memory_bytes=limits.memory_bytes + submission.base.data_bytes,
            file_bytes=limits.file_bytes,
            processes=limits.processes + ours,
        )
    return child.Confinement(uid, per_process)


def _send_facts(sock: socket.socket, facts: supervise.Facts) -> None:
    head = facts._asdict()
    streams = {name: facts.streams[name] for name in ("stdout", "stderr", "report")}
    head["streams"] = [[name, len(data)] for name, data in streams.items()]
    frames.send(sock, frames.OUTCOME, head, b"".join(streams.values()))
