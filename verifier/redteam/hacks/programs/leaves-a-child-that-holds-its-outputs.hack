# trick
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(1000)
    os._exit(0)

def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
