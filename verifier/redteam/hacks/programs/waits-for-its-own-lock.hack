# trick
import threading

LOCK = threading.Lock()


def double(n):
    for number in range(2):
        LOCK.acquire()
# honest
def double(n):
    return 2 * n
# end
