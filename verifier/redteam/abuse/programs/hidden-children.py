"""Computes in children that nobody waits for: the kernel forgets what they used.

Verdict: TIME_LIMIT
Gone: its children
"""

import os
import signal
import time

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
end = time.monotonic() + 60
while time.monotonic() < end:
    if not os.fork():
        while time.process_time() < 0.04:
            pass
        os._exit(0)
    try:
        os.wait()
    except ChildProcessError:
        pass
print("a minute for nothing")
