"""Starts init in a jail of its own: what nsjail runs where jails are not forked from a template.

Usage: python3 cold.py SOCKET_FD[,ENTRANCE_FD…] MODULE… (modules are imported before the first fork)
"""

from __future__ import annotations

import gc
import importlib
import sys

from sandbox.inside import init, interpreter, kernel, packages

if __name__ == "__main__":
    interpreter.preload()
    for module in sys.argv[2:]:
        importlib.import_module(module)
    packages.find()
    base = init.prepare()
    score = init.open_score()
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("/proc", "/proc", "", kernel.MS_BIND)  # a mount with an open file cannot become read-only
    kernel.mount("none", "/proc", "", flags | kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY)
    sys.path[:] = [entry for entry in sys.path if not entry.startswith("/runtime")]
    gc.disable()
    descriptor, *entrances = map(int, sys.argv[1].split(","))
    refused = init.enter_groups(entrances)
    sock, score = init.only_descriptors(descriptor, score)
    init.main(sock, base, refused, score)
