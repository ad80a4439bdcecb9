"""Writes to the toolchain, to the modules of its own jail and to the kernel's settings.

Verdict: ACCEPTED
Gone: changes of files
"""

import glob
import os

found = []
paths = [
    "/usr/bin/python3", "/usr/lib/x", "/bin/sh", "/etc/passwd", "/etc/ld.so.preload", "/dev/x",
    "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/x", "/runtime/x",
    *glob.glob("/runtime/sandbox/inside/*"),
]  # fmt: skip
for path in paths:
    for flags in (os.O_WRONLY, os.O_WRONLY | os.O_CREAT):
        try:
            os.close(os.open(path, flags))
            found.append(path)
        except OSError:
            pass
    for change in (os.unlink, lambda name: os.rename(name, name + "-"), lambda name: os.chmod(name, 0o777)):
        try:
            change(path)
            found.append(path)
        except OSError:
            pass
print("\n".join(found) or "contained")
