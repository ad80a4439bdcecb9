"""Fills the descriptor for notes, and waits until somebody reads them.

Verdict: IDLE_LIMIT
Gone: what it wrote
"""

import os

NOTE = 5
while True:
    os.write(NOTE, b"." * 4096)
