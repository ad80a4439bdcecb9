"""Leaves a file wherever it can write, for its later runs and for others to find.

Verdict: ACCEPTED
Gone: its files
"""

import os

found, seen = [], set()
for top in ("/", "/tmp", "/box", "/dev/shm", "/dev", "/run", "/var/tmp", "/etc", "/runtime", "/site", "/usr"):
    for folder, _, files in os.walk(top):
        if os.path.realpath(folder) in seen:
            continue
        seen.add(os.path.realpath(folder))
        if "left-behind" in files:
            found.append(folder)
        try:
            if top in ("/", "/usr") and folder != top:
                break
            open(os.path.join(folder, "left-behind"), "x").close()
        except OSError:
            pass
print("\n".join(found) or "contained")
