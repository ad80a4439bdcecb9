# trick
import sys
sys.exit(0)


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
