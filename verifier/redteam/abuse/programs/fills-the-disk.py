"""Writes until there is no more room, and says whether that was soon.

Verdict: ACCEPTED
Gone: its files
"""

import os

block, written = bytes(1 << 20), 0
try:
    for number in range(64):
        with open(f"/dev/shm/{number}" if number % 2 else str(number), "wb", buffering=0) as file:
            for _ in range(32):
                written += file.write(block)
except OSError:
    pass
print("contained" if written <= 256 << 20 and not os.path.exists("/tmp/63") else f"wrote {written}")
