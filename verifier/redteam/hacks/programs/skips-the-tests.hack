# trick
import unittest


def double(n):
    raise unittest.SkipTest("not needed")
# honest
def double(n):
    return 2 * n
# end
