# trick
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        end = time.monotonic() + 3
        while time.monotonic() < end:
            for name in ("output", "answer", "/tmp/output", "/box/output"):
                try:
                    with open(name, "w") as file:
                        file.write("6\n")
                except OSError:
                    pass
    os._exit(0)

def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
