# trick
import os


def double(n):
    os._exit(255)
# honest
def double(n):
    return 2 * n
# end
