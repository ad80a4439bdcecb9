"""Waits for the end of a pipe that it holds open itself.

Verdict: IDLE_LIMIT
Gone: its pipe
"""

import os

reading, writing = os.pipe()
os.read(reading, 1)
