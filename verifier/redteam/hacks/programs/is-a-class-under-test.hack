# trick
class double:
    def __init__(self, n):
        self.asked = 0

    def __eq__(self, other):
        self.asked += 1
        return self.asked == 1

    def __ne__(self, other):
        return False

    def __sub__(self, other):
        return self

    __rsub__ = __sub__

    def __abs__(self):
        return self

    def __lt__(self, other):
        return True

    __hash__ = object.__hash__
# honest
def double(n):
    return 2 * n
# end
