"""Closes its streams, puts others in their place, and goes on for a while.

Verdict: ACCEPTED
Gone: nothing
"""

import os
import time

os.write(1, b"contained\n")
for descriptor in range(64):
    try:
        os.close(descriptor)
    except OSError:
        pass
pipe = os.pipe()
os.dup2(pipe[0], 1)
time.sleep(0.2)
os._exit(0)
