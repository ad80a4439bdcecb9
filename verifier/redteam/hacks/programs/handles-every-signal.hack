# trick
import os
import signal

for number in range(1, 32):
    try:
        signal.signal(number, lambda *what: os._exit(0))
    except (OSError, ValueError):
        pass
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.pause()


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
