"""Takes memory in many processes, each of which stays below the limit.

Verdict: MEMORY_LIMIT
Gone: its children and their memory
"""

import os
import time

for _ in range(12):
    if not os.fork():
        taken = b"x" * (64 << 20)
        time.sleep(60)
time.sleep(60)
