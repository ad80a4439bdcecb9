"""Adopts its own orphans in init's place, and leaves them unreaped.

Verdict: TIME_LIMIT
Gone: its orphans
"""

import ctypes
import os
import time

PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
end = time.monotonic() + 60
while time.monotonic() < end:
    try:
        if not os.fork():
            if not os.fork():
                while time.process_time() < 0.1:
                    pass
            os._exit(0)
    except BlockingIOError:
        pass  # the dead fill every place
    time.sleep(0.1)
