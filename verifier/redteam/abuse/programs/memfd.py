"""Keeps memory in files without a name or a place, which belong to no process.

Verdict: ACCEPTED
Gone: its memory
"""

import os

try:
    files = []
    for _ in range(16):
        files.append(os.memfd_create("memory"))
        os.write(files[-1], bytes(32 << 20))
    print("half a gigabyte that nobody sees")
except OSError:
    print("contained")
