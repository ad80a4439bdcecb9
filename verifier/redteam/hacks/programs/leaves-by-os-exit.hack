# trick
import os


def double(n):
    os._exit(0)
# honest
def double(n):
    return 2 * n
# end
