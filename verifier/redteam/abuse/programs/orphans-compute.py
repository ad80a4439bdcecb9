"""Computes in orphans, which init adopts, while the main process sleeps.

Verdict: TIME_LIMIT
Gone: its orphans
"""

import os
import time

for _ in range(3):
    if not os.fork():
        if os.fork():
            os._exit(0)
        while True:
            pass
time.sleep(60)
