"""Entries for runs with two processes; shown to jails like any runtime's own modules."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.inside.child import Context


def echo(context: Context) -> None:
    """The candidate's part: answer each message in capitals."""
    assert context.channel is not None
    while data := context.channel.recv(100):
        context.channel.sendall(data.upper())


def ask(context: Context) -> None:
    """The partner's part: send the payload over, and report the answer."""
    assert context.channel is not None
    context.channel.sendall(context.payload)
    context.report(context.channel.recv(100))


def wait_for_end(context: Context) -> None:
    """A partner that reports that the candidate is gone."""
    assert context.channel is not None
    context.report(b"gone" if context.channel.recv(1) == b"" else b"there")


def search_memory(context: Context) -> None:
    """A candidate that looks for the partner's payload in all of its memory, and says what it found."""
    assert context.channel is not None
    needle = bytes(reversed(context.payload))
    found = 0
    with Path("/proc/self/maps").open() as maps:
        spans = [line.split()[:2] for line in maps if "[v" not in line]
    for span, access in spans:
        low, high = (int(part, 16) for part in span.split("-"))
        if "r" in access:
            found += ctypes.string_at(low, high - low).count(needle)
    context.channel.sendall(f"{found} times".encode())


def listen(context: Context) -> None:
    """A partner that keeps a secret payload, and reports what the candidate says."""
    assert context.channel is not None
    context.report(context.channel.recv(100))


def try_to_report(context: Context) -> None:
    """A candidate beside a partner: it has no right to report."""
    try:
        context.report(b"forged")
    except OSError:
        os.write(1, b"refused")


def report_and_die(context: Context) -> None:
    """A lone candidate's claim."""
    context.report(b"a claim")
    os._exit(7)


def say_who_shares(context: Context) -> None:
    """Report with whom the kernel makes this process share the processor, and whether it leads its group."""
    context.report(Path("/proc/self/autogroup").read_bytes())
    context.report(b"leads" if os.getpgrp() == os.getpid() else b"follows")


def count_children(context: Context) -> None:
    """A candidate that says how many processes it may start beside itself."""
    children = []
    with contextlib.suppress(BlockingIOError):
        while child := os.fork():
            children.append(child)
        time.sleep(60)
    for child in children:
        os.kill(child, signal.SIGKILL)
    os.write(1, str(len(children)).encode())
