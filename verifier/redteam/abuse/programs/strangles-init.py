"""Gives init limits, priorities and processors that it cannot live with.

Verdict: ACCEPTED
Gone: an init that is slower
"""

import ctypes
import os
import resource

PRIO_PROCESS, IOPRIO_SET, IOPRIO_IDLE = 0, 251, 3 << 13
libc = ctypes.CDLL(None, use_errno=True)
attempts = {
    "limits": lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0)),
    "processor time": lambda: resource.prlimit(1, resource.RLIMIT_CPU, (0, 0)),
    "priority": lambda: os.setpriority(PRIO_PROCESS, 1, 19),
    "affinity": lambda: os.sched_setaffinity(1, {0}),
}
contained = True
for name, attempt in attempts.items():
    try:
        attempt()
        print("could set init's", name)
        contained = False
    except PermissionError:
        pass
policy = os.sched_getscheduler(1)
try:
    os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))
except PermissionError:
    pass
if os.sched_getscheduler(1) != policy or libc.syscall(IOPRIO_SET, 1, 1, IOPRIO_IDLE) == 0:
    print("could set init's scheduling")
    contained = False
if contained:
    print("contained")
