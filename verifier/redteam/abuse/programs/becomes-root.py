"""Becomes another user: root, a neighbour, or whoever a setuid program makes of it; asks for capabilities.

Verdict: ACCEPTED
Gone: nothing
"""

import ctypes
import glob
import os
import stat
import subprocess

found = []
own = os.getuid()
for uid in {0, own + 1, own - 1, own + 2, own - 2, 65534} - {own}:
    for become in (os.setuid, os.setgid, lambda n: os.setresuid(n, n, n), lambda n: os.setgroups([n])):
        try:
            become(uid)
            found.append(f"user or group {uid}")
        except OSError:
            pass
for program in glob.glob("/usr/bin/*"):
    if os.stat(program).st_mode & stat.S_ISUID:
        shown = subprocess.run(["/bin/sh", "-c", 'id -u; grep -c "NoNewPrivs:.1" /proc/self/status'], capture_output=True)
        if shown.stdout.split() != [str(own).encode(), b"1"]:
            found.append(program)
        break
with open("/proc/self/status") as status:
    fields = {name: value.strip() for name, _, value in (line.partition(":\t") for line in status)}
found += [f"{name} {fields[name]}" for name in fields if name.startswith("Cap") and int(fields[name], 16)]
if (fields["NoNewPrivs"], fields["Seccomp"]) != ("1", "2"):
    found.append("no filter")
libc = ctypes.CDLL(None, use_errno=True)
everything = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
if libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), everything) == 0:
    found.append("capabilities")
try:
    os.mknod("disk", stat.S_IFBLK | 0o600, os.makedev(8, 0))
    found.append("a disk")
except OSError:
    pass
print("\n".join(found) or "contained")
