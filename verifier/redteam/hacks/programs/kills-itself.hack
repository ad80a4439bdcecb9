# trick
import os

os.kill(os.getpid(), 9)


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
