"""Replaces its files and its folder by links that lead out of it, for whoever cleans up or reads after it.

Verdict: ACCEPTED
Gone: its links
"""

import os

found = os.listdir("/tmp") + os.listdir("/box")
for number, target in enumerate(("/usr", "/usr/bin", "/etc", "/box", "/runtime", "/proc/1", "/dev", "/", "..")):
    os.symlink(target, f"link-{number}")
    os.mkdir(f"folder-{number}")
    os.symlink(target, f"folder-{number}/link")
    os.rename(f"folder-{number}", f"moved-{number}")
for change in (
    lambda: os.rename("/tmp", "/moved"),
    lambda: os.rmdir("/tmp"),
    lambda: os.link("/usr/bin/env", "/tmp/hard"),
):
    try:
        change()
        found.append(f"could change {change}")
    except OSError:
        pass
try:
    os.symlink("/usr", "/box/link")
except OSError:
    pass
if not os.path.exists("/usr/bin/env") or not os.path.exists("/dev/null"):
    found.append("something followed the links")
print("\n".join(map(str, found)) or "contained")
