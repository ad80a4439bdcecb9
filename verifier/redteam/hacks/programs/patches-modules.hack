# trick
import json
import marshal
import math
import operator

json.dumps = lambda *what, **more: "6"
marshal.dumps = lambda *what: b"6"
operator.eq = lambda *what: True
math.isclose = lambda *what, **more: True


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
