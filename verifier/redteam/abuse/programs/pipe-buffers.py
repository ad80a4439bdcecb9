"""Keeps memory in the buffers of pipes, as large as it may make them, in as many processes as it may have.

Verdict: MEMORY_LIMIT or IDLE_LIMIT
Gone: its pipes
"""

import fcntl
import os
import time

F_SETPIPE_SZ = 1031


def fill() -> None:
    try:
        while True:
            _, writing = os.pipe()
            try:
                fcntl.fcntl(writing, F_SETPIPE_SZ, 1 << 20)
            except OSError:
                pass
            os.set_blocking(writing, False)
            try:
                while True:
                    os.write(writing, bytes(65536))
            except BlockingIOError:
                pass
    except OSError:
        time.sleep(60)


for _ in range(10):
    if not os.fork():
        fill()
time.sleep(60)
