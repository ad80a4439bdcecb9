"""Kills whatever it can reach. That is nobody; not even itself.

Verdict: ACCEPTED
Gone: nothing
"""

import os
import signal

for number in (signal.SIGSTOP, signal.SIGKILL):
    try:
        os.kill(-1, number)
    except OSError:
        pass
print("contained")
