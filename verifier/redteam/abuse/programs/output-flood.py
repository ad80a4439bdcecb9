"""Writes without end and without a newline.

Verdict: OUTPUT_LIMIT
Gone: what it wrote
"""

import os

while True:
    os.write(1, b"x" * 65536)
