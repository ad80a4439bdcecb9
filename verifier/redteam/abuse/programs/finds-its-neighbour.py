"""Two at once: each looks for processes that are not its own, and signals whatever it can.

Verdict: ACCEPTED
Gone: nothing
"""

import os
import signal
import time

found = set()
end = time.monotonic() + 0.3
while time.monotonic() < end:
    found |= {name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())}
    time.sleep(0.02)
for pid in range(2, 2000):
    if pid == os.getpid():
        continue
    try:
        os.kill(pid, signal.SIGKILL)
        found.add(str(pid))
    except OSError:
        pass
print("\n".join(sorted(found)) or "contained")
