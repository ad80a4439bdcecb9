"""Starts init in a jail of its own: what nsjail runs where jails are not forked from a template.

Usage: python3 cold.py SOCKET_FD MODULE… (modules are imported before the first fork)
"""

from __future__ import annotations

import importlib
import platform
import socket
import sys

from sandbox.inside import child, init, kernel, seccomp

if __name__ == "__main__":
    for module in sys.argv[2:]:
        importlib.import_module(module)
    child.prepare()
    sys.path[:] = [entry for entry in sys.path if not entry.startswith("/runtime")]
    if kernel.held_capabilities():
        kernel.drop_bounding_set()
    init.main(socket.socket(fileno=int(sys.argv[1])), seccomp.build(platform.machine()))
