# trick
import time


def double(n):
    time.sleep(1e6)
# honest
def double(n):
    return 2 * n
# end
