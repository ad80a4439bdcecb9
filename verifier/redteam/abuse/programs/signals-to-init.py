"""Sends every signal to init, in three ways.

Verdict: ACCEPTED
Gone: nothing
"""

import ctypes
import os
import signal

PIDFD_SEND_SIGNAL = 424
libc = ctypes.CDLL(None)
try:
    handle = os.pidfd_open(1)
except OSError:
    handle = -1
for number in range(1, 65):
    for send in (os.kill, os.killpg):
        try:
            send(1, number)
        except OSError:
            pass
    if handle >= 0:
        libc.syscall(PIDFD_SEND_SIGNAL, handle, number, None, 0)
print("contained")
