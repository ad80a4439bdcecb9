"""Writes to standard error without end.

Verdict: TIME_LIMIT
Gone: what it wrote
"""

import os

while True:
    os.write(2, b"x" * 65536)
