# trick
import os
import signal

os.kill(os.getpid(), signal.SIGKILL if os.getpid() % 2 else signal.SIGBUS)

def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
