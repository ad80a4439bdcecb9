"""Two at once: each starts nearly as many processes as one may, which two under one count could not.

Verdict: ACCEPTED
Gone: its processes
"""

import os
import time

started = 0
try:
    for _ in range(18):
        if not os.fork():
            time.sleep(60)
        started += 1
    time.sleep(0.3)
    print("contained", flush=True)
except BlockingIOError:
    print(f"only {started}", flush=True)
os._exit(0)
