"""Types into a terminal that it might share with whoever started the service.

Verdict: ACCEPTED
Gone: nothing
"""

import fcntl
import os

TIOCSTI, TIOCLINUX, TIOCSCTTY = 0x5412, 0x541C, 0x540E
found = []
for descriptor in (0, 1, 2):
    for request in (TIOCSTI, TIOCLINUX, TIOCSCTTY):
        try:
            fcntl.ioctl(descriptor, request, b"\n")
            found.append(f"{descriptor} {request:#x}")
        except OSError:
            pass
try:
    os.close(os.open("/dev/tty", os.O_RDWR))
    found.append("a terminal")
except OSError:
    pass
print("\n".join(found) or "contained")
