"""Stops its children, and waits for them.

Verdict: IDLE_LIMIT
Gone: the stopped children
"""

import os
import signal
import time

for _ in range(3):
    child = os.fork()
    if not child:
        time.sleep(600)
    os.kill(child, signal.SIGSTOP)
os.wait()
