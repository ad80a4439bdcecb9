"""Two at once: one locks and unlocks files that both can read, the other asks who holds locks on them.

Verdict: ACCEPTED
Gone: its locks
"""

import fcntl
import os
import struct
import sys
import time

F_OFD_GETLK, F_OFD_SETLK = 36, 37
PATHS = ("/etc/passwd", "/bin/sh", "/usr/bin/env", "/usr/bin", "/")


def lock(kind: int) -> bytes:
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 1, 0)


files = [os.open(path, os.O_RDONLY) for path in PATHS]
role, answers = sys.stdin.read(), {}
end = time.monotonic() + 0.5
while time.monotonic() < end:
    for file in files:
        for ask, take in ((fcntl.F_GETLK, fcntl.F_SETLK), (F_OFD_GETLK, F_OFD_SETLK)):
            kind = fcntl.F_RDLCK if time.monotonic() % 0.1 < 0.05 else fcntl.F_UNLCK
            try:
                if role == "hold":
                    fcntl.fcntl(file, take, lock(kind))
                else:
                    answer = fcntl.fcntl(file, ask, lock(fcntl.F_WRLCK))[:2]
                    answers.setdefault((file, ask), set()).add(answer)
            except OSError:
                pass
    time.sleep(0.005)
told = [PATHS[files.index(file)] for (file, _), different in answers.items() if len(different) > 1]
print("\n".join(told) or "contained")
