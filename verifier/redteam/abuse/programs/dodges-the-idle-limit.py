"""Sleeps nearly all the time, but is busy for a moment again and again.

Verdict: IDLE_LIMIT
Gone: the process
"""

import time

while True:
    until = time.monotonic() + 0.002
    while time.monotonic() < until:
        pass
    time.sleep(0.05)
