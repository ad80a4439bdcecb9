"""Computes under a name that reads like the fields of a sleeping process in /proc/PID/stat.

Verdict: TIME_LIMIT
Gone: nothing
"""

import ctypes

PR_SET_NAME = 15
ctypes.CDLL(None).prctl(PR_SET_NAME, b"x) S 1 1 1 0 0", 0, 0, 0)
while True:
    pass
