"""Starts init in a jail of its own: what nsjail runs where jails are not forked from a template.

Usage: python3 cold.py SOCKET_FD[,ENTRANCE_FD…] MODULE… (modules are imported before the first fork)
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys

from sandbox.inside import init, interpreter, packages

if __name__ == "__main__":
    interpreter.preload()
    for module in sys.argv[2:]:
        importlib.import_module(module)
    packages.find()
    base = init.prepare()
    sys.path[:] = [entry for entry in sys.path if not entry.startswith("/runtime")]
    gc.disable()
    descriptor, *entrances = map(int, sys.argv[1].split(","))
    refused = init.enter_groups(entrances)
    for entrance in entrances:
        os.close(entrance)
    init.main(socket.socket(fileno=descriptor), base, refused)
