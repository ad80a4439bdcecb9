"""Changes its own standard input, which the next run or a neighbour might then read.

Verdict: ACCEPTED
Gone: a changed input
"""

import os
import sys

text = sys.stdin.read()
found = [] if text == "as sent\n" else [repr(text)]
attempts = {
    "write": lambda: os.write(0, b"x"),
    "truncate": lambda: os.ftruncate(0, 0),
    "reopen": lambda: os.close(os.open("/proc/self/fd/0", os.O_WRONLY)),
}
for name, attempt in attempts.items():
    try:
        attempt()
        if name != "reopen" or os.getuid() != os.stat(0).st_uid:  # with one user alone, the file is its own
            found.append(name)
    except OSError:
        pass
print("\n".join(found) or "contained")
