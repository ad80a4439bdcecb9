"""Lists what descriptors it has, and where each leads.

Verdict: ACCEPTED
Gone: nothing
"""

import os

expected = {0: "/tmp/#", 1: "pipe:", 2: "pipe:", 3: "pipe:", 5: "pipe:"}
found = []
for number in range(4096):
    try:
        target = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    if not target.startswith(expected.get(number, "nothing at all")):
        found.append(f"{number}: {target}")
print("\n".join(found) or "contained")
