"""Doubles for as long as it is let, and never gives up.

Verdict: TIME_LIMIT
Gone: its processes
"""

import os
import time

end = time.monotonic() + 60
while time.monotonic() < end:
    try:
        os.fork()
    except OSError:
        pass
