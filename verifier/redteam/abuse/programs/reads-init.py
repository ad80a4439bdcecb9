"""Reads init's memory, descriptors, environment and namespaces, and writes to the first.

Verdict: ACCEPTED
Gone: a changed init
"""

import os

found = []
for name in ("mem", "maps", "smaps", "environ", "auxv", "syscall", "stack", "pagemap", "wchan"):
    try:
        with open(f"/proc/1/{name}", "rb") as file:
            if file.read(1) not in (b"", b"0"):
                found.append(name)
    except OSError:
        pass
for name in ("fd", "fdinfo", "map_files", "ns", "task/1/fd"):
    try:
        for entry in os.listdir(f"/proc/1/{name}"):
            os.stat(f"/proc/1/{name}/{entry}")
            found.append(f"{name}/{entry}")
    except OSError:
        pass
for name in ("cwd", "root", "exe", "ns/mnt"):
    try:
        found.append(os.readlink(f"/proc/1/{name}"))
    except OSError:
        pass
try:
    os.close(os.open("/proc/1/mem", os.O_RDWR))
    found.append("mem for writing")
except OSError:
    pass
print("\n".join(found) or "contained")
