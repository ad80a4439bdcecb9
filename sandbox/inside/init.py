"""PID 1 of a jail: takes one submission from the host, runs its tests one at a time, reports facts.

It never parses the candidate's bytes: a limited child compiles, and init keeps the result as opaque bytes.
Candidates run in fresh forks under another user id where there is one; everything they leave behind is
killed and wiped before the next test. Init holds one input at a time, since forks inherit its memory, and
it never holds what a partner is told: the partner reads that from the host itself.
"""

from __future__ import annotations

import dataclasses
import gc
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.inside import child, compiling, frames, kernel, scratch, supervise

if TYPE_CHECKING:
    import socket

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


@dataclass
class Submission:
    """What the host sent, and what compiling made of it."""

    uid: int
    partner_uid: int
    own_data_bytes: int
    """Of init, which children begin with."""
    sources: list[compiling.SourceText] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    compile_argv: tuple[str, ...] = ()
    codes: dict[str, bytes] = field(default_factory=dict)


def main(sock: socket.socket, filter_bytes: bytes) -> None:
    """Serve one submission until the host hangs up. Does not return."""
    try:
        _lock_down(filter_bytes)
        frames.send(sock, frames.HELLO, {})
        submission = _read_program(sock)
        while True:
            _serve_one(sock, submission)
    except (EOFError, ConnectionError, supervise.HostGone):
        os._exit(0)


def _lock_down(filter_bytes: bytes) -> None:
    gc.disable()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    held = kernel.held_capabilities()
    kernel.keep_capabilities(tuple(capability for capability in KEPT_CAPABILITIES if capability in held))
    kernel.install_filter(filter_bytes)


def _read_program(sock: socket.socket) -> Submission:
    kind, head, body = frames.receive(sock)
    if kind != frames.PROGRAM:
        raise ValueError(f"expected a program, got frame {kind}")
    submission = Submission(head["uid"], head["partner_uid"], child.own_data_bytes())
    offset = 0
    for name, filename, size in head["sources"]:
        submission.sources.append((name, filename, body[offset : offset + size]))
        offset += size
    for path, size in head["files"]:
        submission.files[path] = body[offset : offset + size]
        offset += size
    submission.compile_argv = tuple(head["compile_argv"])
    return submission


def _serve_one(sock: socket.socket, submission: Submission) -> None:
    kind, head, body = frames.receive(sock)
    limits = supervise.Limits(**head["limits"])
    if kind == frames.COMPILE and submission.compile_argv:
        facts = _compile_native(sock, submission, limits)
    elif kind == frames.COMPILE:
        facts = _compile(sock, submission, limits)
    elif kind == frames.RUN:
        facts = _run(sock, submission, limits, head, body)
    else:
        raise ValueError(f"unexpected frame {kind}")
    _send_facts(sock, facts)


def _compile(sock: socket.socket, submission: Submission, limits: supervise.Limits) -> supervise.Facts:
    def start(wiring: child.Wiring) -> int:
        context = child.Context(b"", {}, None)
        entry = child.Entry(lambda: compiling.main(context, submission.sources))
        return child.fork(wiring, _confinement(submission, submission.uid, limits, dumpable=False), entry)

    facts = supervise.run(sock, start, None, b"", limits, keep="report")
    submission.codes = compiling.split(facts.streams["report"], submission.sources)
    scratch.wipe()
    return dataclasses.replace(facts, streams={**facts.streams, "report": b""})


def _compile_native(sock: socket.socket, submission: Submission, limits: supervise.Limits) -> supervise.Facts:
    scratch.hand_over(child.BOX, submission.uid)
    scratch.fill(child.BOX, submission.files, submission.uid)

    def start(wiring: child.Wiring) -> int:
        confinement = _confinement(submission, submission.uid, limits, dumpable=True)
        confinement = dataclasses.replace(confinement, directory=child.BOX)
        return child.fork(wiring, confinement, submission.compile_argv)

    facts = supervise.run(sock, start, None, b"", limits)
    scratch.take_back(child.BOX, submission.uid)
    scratch.wipe()
    return facts


def _run(
    sock: socket.socket, submission: Submission, limits: supervise.Limits, head: dict[str, Any], body: bytes
) -> supervise.Facts:
    scratch.fill(child.SCRATCH, submission.files, submission.uid)
    stdin_bytes: int = head["stdin_bytes"]

    def start_main(wiring: child.Wiring) -> int:
        program = child.program_of(head["main"], body[stdin_bytes:], submission.codes)
        return child.fork(wiring, _confinement(submission, submission.uid, limits, dumpable=True), program)

    def start_partner(wiring: child.Wiring) -> int:
        confinement = _confinement(submission, submission.partner_uid, limits, dumpable=False)
        return child.fork_reading_payload(wiring, confinement, head["partner"], sock)

    partner = start_partner if head["partner"] else None
    facts = supervise.run(sock, start_main, partner, body[:stdin_bytes], limits)
    scratch.wipe()
    return facts


def _confinement(
    submission: Submission, uid: int, limits: supervise.Limits, dumpable: bool
) -> child.Confinement:
    per_process = child.limits_per_process(
        cpu_seconds=int(limits.cpu_seconds) + 2,  # init acts first; the kernel's own limit has whole seconds
        memory_bytes=limits.memory_bytes + submission.own_data_bytes,
        file_bytes=limits.file_bytes,
        processes=limits.processes,
    )
    return child.Confinement(uid, per_process, dumpable)


def _send_facts(sock: socket.socket, facts: supervise.Facts) -> None:
    head = dataclasses.asdict(facts)
    streams = head.pop("streams")
    head["sizes"] = [[name, len(data)] for name, data in streams.items()]
    frames.send(sock, frames.OUTCOME, head, b"".join(streams.values()))
