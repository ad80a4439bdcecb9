"""Reports without end, in place of standard output.

Verdict: OUTPUT_LIMIT
Gone: what it wrote
"""

import os

REPORT = 3
while True:
    os.write(REPORT, b"x" * 65536)
