# trick
import operator
import unittest.mock


def double(n):
    return [operator.eq, unittest.mock.ANY, int, operator.itemgetter, NotImplemented, Ellipsis][n % 6]
# honest
def double(n):
    return 2 * n
# end
