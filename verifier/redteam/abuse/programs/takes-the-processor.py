"""Asks for the processor before all others: real time, priority, its own first place at the disk.

Verdict: ACCEPTED
Gone: nothing
"""

import ctypes
import os
import struct

SCHED_SETATTR, IOPRIO_SET = {"x86_64": (314, 251), "aarch64": (274, 30)}[os.uname().machine]
SCHED_DEADLINE, IOPRIO_REAL_TIME = 6, 1 << 13
libc = ctypes.CDLL(None)
found = []
for name in ("SCHED_FIFO", "SCHED_RR"):
    for priority in (1, 99):
        try:
            os.sched_setscheduler(0, getattr(os, name), os.sched_param(priority))
            found.append(name)
        except OSError:
            pass
deadline = struct.pack("IIQiIQQQ", 48, SCHED_DEADLINE, 0, 0, 0, 9_000_000, 10_000_000, 10_000_000)
if libc.syscall(SCHED_SETATTR, 0, deadline, 0) == 0:
    found.append("SCHED_DEADLINE")
if libc.syscall(IOPRIO_SET, 1, 0, IOPRIO_REAL_TIME) == 0:
    found.append("first at the disk")
for which in (os.PRIO_PROCESS, os.PRIO_PGRP, os.PRIO_USER):
    try:
        os.setpriority(which, 0, -20)
        found.append("priority")
    except OSError:
        pass
print("\n".join(found) or "contained")
