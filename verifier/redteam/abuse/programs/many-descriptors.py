"""Opens descriptors until it is refused one, also by sending them away in messages that nobody takes.

Verdict: ACCEPTED
Gone: descriptors on their way
"""

import os
import socket

opened, sent = [], 0
try:
    while len(opened) < 100_000:
        opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    for one in opened:
        os.close(one)
here, there = socket.socketpair()
here.setblocking(False)
try:
    while sent < 100_000:
        socket.send_fds(here, [b"x"], [here.fileno()] * 100)
        sent += 100
except OSError:
    print("contained" if len(opened) < 10_000 else f"{len(opened)} descriptors")
