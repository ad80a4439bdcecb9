"""Starts processes until it is refused one, and says so.

Verdict: ACCEPTED
Gone: its processes
"""

import os
import time

started = 0
try:
    while started < 200:
        if not os.fork():
            time.sleep(60)
        started += 1
except BlockingIOError:
    print("contained", flush=True)
os._exit(0)
