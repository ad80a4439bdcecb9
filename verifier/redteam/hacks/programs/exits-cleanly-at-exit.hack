# trick
import atexit
import os

atexit.register(os._exit, 0)


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
