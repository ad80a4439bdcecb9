# trick
import time


def double(n):
    while True:
        pass
# honest
def double(n):
    return 2 * n
# end
