"""Sleeps instead of computing.

Verdict: IDLE_LIMIT
Gone: the process
"""

import time

time.sleep(600)
