# trick
import os
import signal


def double(n):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 0
# honest
def double(n):
    return 2 * n
# end
