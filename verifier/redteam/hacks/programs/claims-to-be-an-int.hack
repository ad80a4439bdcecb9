# trick
class Yes:
    @property
    def __class__(self):
        return int

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0

    __rsub__ = __sub__

    def __abs__(self):
        return 0

    __hash__ = object.__hash__


def double(n):
    return Yes()
# honest
def double(n):
    return 2 * n
# end
