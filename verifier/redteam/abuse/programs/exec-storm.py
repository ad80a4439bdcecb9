"""Becomes a new program again and again, so that no measurement lasts.

Verdict: TIME_LIMIT
Gone: its programs
"""

import os
import sys

LOOP = 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; exec /bin/sh -c "$0" "$0"'
sys.stdout.flush()
os.execv("/bin/sh", ["/bin/sh", "-c", LOOP, LOOP])
