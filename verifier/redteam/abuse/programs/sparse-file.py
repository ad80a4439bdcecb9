"""Makes a file of a terabyte that takes no room.

Verdict: ACCEPTED
Gone: its files
"""

import os

found = []
for name, attempt in {
    "truncate": lambda file: file.truncate(1 << 40),
    "write at the end": lambda file: os.pwrite(file.fileno(), b"x", 1 << 40),
    "allocate": lambda file: os.posix_fallocate(file.fileno(), 0, 1 << 40),
}.items():
    with open(name, "wb") as file:
        try:
            attempt(file)
            found.append(name)
        except OSError:
            pass
print("\n".join(found) or "contained")
