"""Takes memory in processes that nobody else of its user may look into, beside one that anybody may.

Verdict: MEMORY_LIMIT
Gone: its children and their memory
"""

import ctypes
import os
import time

PR_SET_DUMPABLE = 4
for _ in range(8):
    if not os.fork():
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        taken = b"x" * (64 << 20)
        time.sleep(60)
time.sleep(60)
