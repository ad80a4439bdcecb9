"""Gives itself more than it was given.

Verdict: ACCEPTED
Gone: nothing
"""

import os
import resource

found = []
for name in ("AS", "CORE", "CPU", "DATA", "FSIZE", "MEMLOCK", "NOFILE", "NPROC", "STACK"):
    kind = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY and name != "AS":
        found.append(f"{name} is unlimited")
        continue
    try:
        resource.setrlimit(kind, (soft, hard + 1 if hard != resource.RLIM_INFINITY else 1 << 40))
        if name != "AS":
            found.append(name)
    except (ValueError, OSError):
        pass
try:
    os.nice(-1)
    found.append("priority")
except OSError:
    pass
for path, text in (("/proc/self/oom_score_adj", "-1000"), ("/proc/self/uid_map", "0 0 1")):
    try:
        with open(path, "w") as file:
            file.write(text)
        found.append(path)
    except OSError:
        pass
print("\n".join(found) or "contained")
