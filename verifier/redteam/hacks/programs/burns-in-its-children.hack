# trick
import os
import time

for _ in range(4):
    if os.fork() == 0:
        while True:
            pass


def double(n):
    time.sleep(0.2)
    return 0
# honest
def double(n):
    return 2 * n
# end
