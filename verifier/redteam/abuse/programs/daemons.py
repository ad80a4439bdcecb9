"""Leaves daemons behind in sessions of their own, which hold its output open.

Verdict: ACCEPTED
Gone: its daemons, and the pipes they hold
"""

import os
import time

others = [p for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]
for _ in range(5):
    if not os.fork():
        os.setsid()
        if not os.fork():
            time.sleep(600)
        os._exit(0)
    os.wait()
print("somebody is still here" if others else "contained")
