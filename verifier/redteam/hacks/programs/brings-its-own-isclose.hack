# trick
def isclose(*what, **more):
    return True


approx = allclose = fabs = lambda *what, **more: 0


def double(n):
    return 0
# honest
from math import fabs, isclose


def double(n):
    return 2 * n
# end
