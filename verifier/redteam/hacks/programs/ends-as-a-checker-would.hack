# trick
import sys


def double(n):
    sys.stderr.write("points 1\n")
    sys.exit(7)
# honest
def double(n):
    return 2 * n
# end
