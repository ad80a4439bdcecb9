"""Stops every clock that Python shows, and computes on.

Verdict: TIME_LIMIT
Gone: the patched clocks
"""

import resource
import signal
import time

for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "sleep"):
    setattr(time, name, lambda *_: 0.0)
for name in ("getrusage", "getrlimit", "setrlimit"):
    setattr(resource, name, lambda *_: (0, 0))
signal.setitimer(signal.ITIMER_REAL, 0)
while True:
    pass
