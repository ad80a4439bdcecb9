"""Watches one run from its start to the last trace of it, and says what happened.

Time limits are processor time of everything in the jail but init. Blocked time counts only while nothing in
the jail computes, waits for a processor or for a disk. Waiting for the host to take output counts as neither.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

from sandbox.inside import account, child, layout
from sandbox.inside.feed import Feed
from sandbox.inside.streams import PIECE_BYTES, Relay, Stream, make

_TICK_SECONDS = 0.05
"""How often a run is looked at. Most runs end sooner and are never looked at."""
_CLOSE_TICK_SECONDS = 0.005
"""The same for a run that hides what its children use."""
_QUIET_SECONDS = 0.005
"""How long a run may write into its pipes unheard: most end sooner, and wake init once, at their end."""
_HIDDEN_SECONDS = 0.1
"""More than sums of rounded numbers differ by."""
_STARVED_SHARE = 1 / 8
"""Of the clock, spent computing or waiting for a processor: a starved run comes near all of it."""
_OF_NOTE = {layout.OUT_OF_MEMORY_NOTE: "memory_limit", layout.NOT_COMPILED_NOTE: "not_compiled"}
"""What a process says of its own end. A candidate can say it too, and gains nothing by it."""
_CODES_BYTES = 256 << 20
"""Compiled form of a program's sources; a few times their size."""
_STDERR_BYTES = 1 << 60
"""Standard error is cut, not limited: flooding it costs processor time, which is."""
_WALL = 0x40000000
"""Wait for children of every kind (Linux, wait4)."""


_HUNG_UP = select.POLLRDHUP | select.POLLHUP | select.POLLERR
"""Events that say that the host is gone."""


class HostGone(Exception):
    """The host hung up in the middle of a run."""


class SetUpFailed(Exception):
    """A child could not be confined: our failure, which ends this jail."""


class Limits(NamedTuple):
    """Bounds on one run; see `sandbox.model.Limits`."""

    cpu_seconds: float
    idle_seconds: float
    wall_seconds: float
    memory_bytes: int
    output_bytes: int
    processes: int
    file_bytes: int


class Meters:
    """What a run has used so far."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.cpu_seconds = 0.0
        """Of processes that have ended."""
        self.waiting_seconds = 0.0
        """Runnable, but without a processor, as far as seen."""
        self.blocked_seconds = 0.0
        self.memory_bytes = 0
        self.main_status: int | None = None
        self.partner_status: int | None = None


class Facts(NamedTuple):
    """What happened; the fields of `sandbox.model.Outcome`, and the streams as far as not yet passed on."""

    ended: str
    exit_code: int | None
    signal: int | None
    cpu_seconds: float
    wall_seconds: float
    blocked_seconds: float
    memory_bytes: int
    streams: dict[str, bytes]


Start = Callable[[child.Wiring], int]
"""Forks a child, wires it, and returns its process id."""


def run(
    sock: socket.socket,
    start_main: Start,
    start_partner: Start | None,
    stdin: bytes | Feed,
    limits: Limits,
    base_resident_bytes: int,
    *,
    compiles: bool = False,
) -> Facts:
    """Run one main process, and a partner beside it where there is one, until nothing of them is left.

    With a `Feed` for its standard input, the host hears at once what the main process writes. One that
    `compiles` the program's sources hands them over.
    """
    feed = stdin if isinstance(stdin, Feed) else None
    watch = _Watch(sock, limits, base_resident_bytes, feed, {"codes": _CODES_BYTES} if compiles else {})
    watch.start(start_main, start_partner, stdin)
    verdict = watch.follow()
    return watch.finish(verdict)


class _Watch:
    def __init__(
        self,
        sock: socket.socket,
        limits: Limits,
        base_resident_bytes: int,
        feed: Feed | None,
        more_streams: dict[str, int],
    ) -> None:
        self._sock = sock
        self._feed = feed
        self._limits = limits
        limit = limits.output_bytes
        names = {"stdout": limit, "stderr": _STDERR_BYTES, "report": limit, "note": 4096, **more_streams}
        streams = [make(name, bytes_) for name, bytes_ in names.items()]
        self._relay = Relay(sock, streams, piece_bytes=1 if feed else PIECE_BYTES)
        self._meters = Meters()
        self._base_resident_bytes = base_resident_bytes
        self._began = self._looked = time.monotonic()
        self._last = account.NOTHING
        self._witness = account.Witness()
        self._computed_seconds = 0.0
        self._tick_seconds = _TICK_SECONDS
        self._own_seconds, self._held_seconds = time.process_time(), account.held_seconds()
        self._stalled_seconds = 0.0

    def start(self, start_main: Start, start_partner: Start | None, stdin: bytes | Feed) -> None:
        pipes = {name: stream.write_fd for name, stream in self._relay.streams.items()}
        source = stdin.read_fd if isinstance(stdin, Feed) else _input_file(stdin)
        wiring = child.Wiring(source, **pipes)
        self._partner = -1
        if start_partner:
            self._main = self._start_both(start_main, wiring, start_partner)
        else:
            self._main = start_main(wiring)
        self._relay.close_write_ends()
        os.close(source)

    def _start_both(self, start_main: Start, wiring: child.Wiring, start_partner: Start) -> int:
        """The partner alone may report, and speaks with the main process through a channel."""
        main_end, partner_end = socket.socketpair()
        null = os.open("/dev/null", os.O_RDWR)
        no_report = os.open("/dev/null", os.O_RDONLY)  # keeps the number from being taken by another file
        with main_end, partner_end:
            self._partner = start_partner(
                child.Wiring(null, null, null, wiring.report, partner_end.fileno(), wiring.note)
            )
            pid = start_main(wiring._replace(report=no_report, channel=main_end.fileno()))
        os.close(null)
        os.close(no_report)
        return pid

    def follow(self) -> str:
        """Watch until the run has ended, or has to; the reason, empty where it ended by itself."""
        poller = select.poll()
        poller.register(self._sock, _HUNG_UP | (select.POLLIN if self._feed else 0))
        if self._feed:
            self._feed.push(poller)
        last = self._main if self._partner < 0 else self._partner
        ends = {os.pidfd_open(pid): pid for pid in (self._main, self._partner) if pid > 0}
        for descriptor in ends:
            poller.register(descriptor, select.POLLIN)
        try:
            return self._loop(poller, ends, last)
        finally:
            for descriptor in ends:
                os.close(descriptor)

    def _listen(self, poller: select.poll) -> dict[int, Stream]:
        """From now on, what the run writes is taken at once; the streams by their descriptors."""
        heard = {stream.read_fd: stream for name, stream in self._relay.streams.items() if name != "note"}
        for descriptor in heard:  # the note is read at the end: it wakes nobody
            poller.register(descriptor, select.POLLIN)
        return heard

    def _loop(self, poller: select.poll, ends: dict[int, int], last: int) -> str:
        by_fd = self._listen(poller) if self._feed else {}
        # By its number of now: what the host says may close the pipe, of which the same poll has an event.
        heard = {self._sock.fileno(), self._feed.write_fd} if self._feed else set()
        while True:
            left = self._looked + self._tick_seconds - time.monotonic()
            patience = left if by_fd else min(left, _QUIET_SECONDS)
            events = poller.poll(max(0.0, patience) * 1000)
            if not events and not by_fd:
                by_fd = self._listen(poller)
            for descriptor, event in events:
                if descriptor == self._sock.fileno() and (event & _HUNG_UP or not self._feed):
                    raise HostGone
                if descriptor in heard:
                    self._hear(poller, descriptor)
                    continue
                if descriptor in ends:
                    poller.unregister(descriptor)
                    self._reap(ends[descriptor])
                    if ends[descriptor] == last:
                        return ""
                    continue
                stream = by_fd[descriptor]
                self._relay.drain(stream)
                if not stream.open:
                    poller.unregister(descriptor)
                elif stream.over_limit:
                    return "output_limit"
            if time.monotonic() - self._looked >= self._tick_seconds and (reason := self._look()):
                return reason

    def _hear(self, poller: select.poll, descriptor: int) -> None:
        assert self._feed
        if descriptor == self._sock.fileno():
            self._feed.take(self._sock)
        self._feed.push(poller)

    def _look(self) -> str:
        self._reap_orphans()
        now, own_seconds, sample = time.monotonic(), time.process_time(), account.sample()
        self._witness.look(sample)
        passed = now - self._looked - (self._relay.stalled_seconds - self._stalled_seconds)
        cpu_seconds = self._cpu_seconds(sample)
        # What holds up a look beyond its own work holds up the candidate as well, seen or not.
        late = passed - self._tick_seconds - (own_seconds - self._own_seconds)
        # While init itself works or waits for a processor, nobody takes what the candidate writes.
        held_seconds = account.held_seconds()
        held = held_seconds - self._held_seconds
        waited = max(account.waited_seconds(self._last, sample), late, held)
        self._meters.waiting_seconds += waited
        if not sample.busy:
            self._meters.blocked_seconds += max(0.0, passed - (cpu_seconds - self._computed_seconds) - waited)
        self._looked, self._last, self._stalled_seconds = now, sample, self._relay.stalled_seconds
        self._computed_seconds, self._own_seconds, self._held_seconds = cpu_seconds, own_seconds, held_seconds
        return self._limit_reached(self._weigh(sample), now - self._began - self._relay.stalled_seconds)

    def _limit_reached(self, memory_bytes: int, wall_seconds: float) -> str:
        limits, meters, cpu_seconds = self._limits, self._meters, self._computed_seconds
        if cpu_seconds > limits.cpu_seconds:
            return "cpu_limit"
        if memory_bytes > limits.memory_bytes:
            return "memory_limit"
        if meters.blocked_seconds > limits.idle_seconds:
            return "idle_limit"
        if wall_seconds > limits.wall_seconds:
            active_seconds = cpu_seconds + meters.waiting_seconds
            return "wall_limit" if active_seconds > _STARVED_SHARE * wall_seconds else "idle_limit"
        return ""

    def _cpu_seconds(self, sample: account.Sample) -> float:
        """What the kernel counted, or what was seen: the kernel forgets children that nobody waits for."""
        counted, seen = self._meters.cpu_seconds + sample.cpu_seconds, self._witness.cpu_seconds
        if seen > counted + _HIDDEN_SECONDS:
            self._tick_seconds = _CLOSE_TICK_SECONDS
        return max(counted, seen)

    def _weigh(self, sample: account.Sample) -> int:
        memory_bytes = sample.memory_bytes
        if memory_bytes > self._limits.memory_bytes:
            memory_bytes = account.fair_memory_bytes()
        self._meters.memory_bytes = max(self._meters.memory_bytes, memory_bytes)
        return memory_bytes

    def _reap(self, pid: int) -> None:
        _, status, usage = os.wait4(pid, 0)
        self._count(pid, status, usage)

    def _reap_orphans(self) -> None:
        """Take in what candidates left to init. The main process and the partner are waited for by name."""
        with contextlib.suppress(ChildProcessError):
            while True:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if found is None or found.si_pid in (self._main, self._partner):
                    return
                self._reap(found.si_pid)

    def _count(self, pid: int, status: int, usage: object) -> None:
        self._meters.cpu_seconds += usage.ru_utime + usage.ru_stime  # type: ignore[attr-defined]
        if pid == self._partner:
            self._meters.partner_status = status
        if pid != self._main:
            return
        self._meters.main_status = status
        grown = usage.ru_maxrss * 1024 - self._base_resident_bytes  # type: ignore[attr-defined]
        self._meters.memory_bytes = max(self._meters.memory_bytes, grown)

    def finish(self, reason: str) -> Facts:
        """Kill and reap everything, read what is left, and sum up."""
        ended_by_itself = self._meters.main_status
        self._kill_all()
        if self._feed:
            self._feed.close()
        self._computed_seconds = self._cpu_seconds(account.NOTHING)
        wall = time.monotonic() - self._began - self._relay.stalled_seconds
        self._relay.drain_to_end()
        streams = self._relay.streams
        note = bytes(streams["note"].held)
        partner_status, _ = _decode(self._meters.partner_status)
        if note.startswith(layout.SET_UP_FAILED_NOTE) or partner_status == child.SET_UP_FAILED_STATUS:
            raise SetUpFailed(note.decode("utf-8", "replace"))
        kept = [name for name in streams if name != "note"]
        reason = reason or self._hindsight(note, *(streams[name] for name in kept))
        status = None if reason else ended_by_itself
        exited, signalled = _decode(status)
        return Facts(
            reason or ("exited" if signalled is None else "signalled"),
            exited, signalled, self._computed_seconds, wall,
            self._meters.blocked_seconds, self._meters.memory_bytes,
            {name: bytes(streams[name].held) for name in kept},
        )  # fmt: skip

    def _hindsight(self, note: bytes, *bounded: Stream) -> str:
        """Limits that the end of the run shows to be broken, between two looks."""
        if self._computed_seconds > self._limits.cpu_seconds:
            return "cpu_limit"
        if any(stream.over_limit for stream in bounded):
            return "output_limit"
        return _OF_NOTE.get(note.replace(layout.CONFINED_NOTE, b"")[:1], "")

    def _kill_all(self) -> None:
        """Everything but init dies; reaping until no child is left proves it.

        Whoever is in a jail descends from init, and orphans become its children: without a child it is alone,
        and need not have the kernel look at every process of the machine for somebody to signal.
        """
        with contextlib.suppress(ChildProcessError):
            waiting = os.WNOHANG
            while True:
                pid, status, usage = os.wait4(-1, waiting | _WALL)
                if pid:
                    self._count(pid, status, usage)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)
                waiting = 0


def _decode(status: int | None) -> tuple[int | None, int | None]:
    if status is None:
        return None, None
    if os.WIFSIGNALED(status):
        return None, os.WTERMSIG(status)
    return os.WEXITSTATUS(status), None


def _input_file(data: bytes) -> int:
    """Standard input as a real file without a name, that can be sought, mapped and reopened.

    Not a memfd: candidates are refused those, as memory that no process shows, and init has the same filter.
    """
    writable = os.open(layout.SCRATCH, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o444)
    view = memoryview(data)
    while view:
        view = view[os.write(writable, view) :]
    readable = os.open(f"/proc/self/fd/{writable}", os.O_RDONLY | os.O_CLOEXEC)
    os.close(writable)
    return readable
