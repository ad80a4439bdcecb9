"""Stops instead of ending.

Verdict: IDLE_LIMIT
Gone: the stopped process
"""

import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
