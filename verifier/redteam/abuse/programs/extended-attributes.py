"""Keeps memory in extended attributes of files, which no size of a file shows.

Verdict: ACCEPTED
Gone: its files
"""

import os

kept = 0
try:
    for number in range(2000):
        open(str(number), "x").close()
        for name in range(4):
            os.setxattr(str(number), f"user.{name}", bytes(60_000))
            kept += 60_000
except OSError:
    pass
print("contained" if kept < 128 << 20 else f"{kept} bytes")
