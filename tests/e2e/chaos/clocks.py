"""A wall clock that can be set for one service alone: for its processes, and not for its jails."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static long ahead(void) {
    static volatile long *shown;
    if (!shown) {
        const char *path = getenv("CHAOS_CLOCK");
        int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (file < 0) return 0;
        shown = mmap(0, sizeof *shown, PROT_READ, MAP_SHARED, file, 0);
    }
    return *shown;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *where) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (where) *where = precise.tv_sec;
    return precise.tv_sec;
}
"""


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock of whoever has this environment."""

    environment: dict[str, str]
    file: Path

    def jump(self, seconds: int) -> None:
        """Let it show so many seconds more than the machine's, or less."""
        with self.file.open("r+b", buffering=0) as shown:
            shown.write(struct.pack("l", seconds))


def clock(folder: Path) -> Clock:
    """A clock that is right at first."""
    if not shutil.which("gcc"):
        pytest.skip("a clock of its own needs a C compiler")
    file, library = folder / "ahead", folder / "clock.so"
    file.write_bytes(struct.pack("l", 0))
    command = ("gcc", "-O1", "-shared", "-fPIC", "-x", "c", "-", "-o", library)
    subprocess.run(command, input=_SOURCE.encode(), check=True)
    return Clock({"LD_PRELOAD": str(library), "CHAOS_CLOCK": str(file)}, file)
