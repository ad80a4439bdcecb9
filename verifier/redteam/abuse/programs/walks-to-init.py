"""Climbs from its own frames into the loop that init was in when it forked, and uses what it finds there.

Verdict: ACCEPTED
Gone: nothing
"""

import sys

found = []
frame = sys._getframe()
while frame is not None:
    for name, value in list(frame.f_locals.items()):
        for method in ("sendall", "send"):
            try:
                getattr(value, method)(b"hello")
            except Exception:
                continue
            found.append(name)
    frame = frame.f_back
print(f"could send over {found}" if found else "contained")
