"""Keeps memory in the buffers of sockets, in as many processes as it may have. Where a control group counts that,
its init may be the one that is killed for it, twice.

Verdict: MEMORY_LIMIT or IDLE_LIMIT or TIME_LIMIT or RUNTIME_ERROR
Gone: its sockets
"""

import os
import socket
import time


def fill() -> None:
    sockets = []
    try:
        while True:
            pair = socket.socketpair()
            sockets.extend(pair)
            for one in pair:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
                one.setblocking(False)
                try:
                    while True:
                        one.send(bytes(65536))
                except BlockingIOError:
                    pass
    except OSError:
        time.sleep(60)


for _ in range(10):
    if not os.fork():
        fill()
time.sleep(60)
