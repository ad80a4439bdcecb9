# trick
import os
import sys
sys.excepthook = lambda *what: os._exit(0)


def twice(n):
    return 0
# honest
def twice(n):
    return 2 * n
# end
