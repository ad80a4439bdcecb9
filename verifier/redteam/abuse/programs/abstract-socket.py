"""Two at once: one listens on a name that has no file, the other calls it.

Verdict: ACCEPTED
Gone: the name that it listened on
"""

import socket
import sys
import time

NAME = "\0a name that belongs to a network namespace"
end = time.monotonic() + 0.5
found = ""
with socket.socket(socket.AF_UNIX) as one:
    if sys.stdin.read() == "listen":
        one.bind(NAME)
        one.listen()
        one.settimeout(0.5)
        try:
            one.accept()
            found = "was called"
        except TimeoutError:
            pass
    while not found and time.monotonic() < end:
        try:
            one.connect(NAME)
            found = "was answered"
        except OSError:
            time.sleep(0.02)
print(found or "contained")
