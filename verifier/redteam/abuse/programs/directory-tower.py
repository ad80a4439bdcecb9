"""Leaves a tower of directories that no path can name, directories without permissions, and odd names.

Verdict: ACCEPTED
Gone: its directories
"""

import os
import socket

found = os.listdir("/tmp")
print("\n".join(map(repr, found)) or "contained")
os.mkdir("closed")
open("closed/file", "w").close()
os.chmod("closed", 0)
for name in (b"\xff\xfe", b"new\nline", b"-rf", b"x" * 255, b".moved-0000000000000000"):
    open(name, "wb").close()
os.mkfifo("pipe")
os.symlink("/proc/1", "link")
os.symlink("loop", "loop")
os.link("pipe", "twice")
socket.socket(socket.AF_UNIX).bind("socket")
for _ in range(1200):
    os.mkdir("d" * 50)
    os.chdir("d" * 50)
