# trick
class Yes(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __sub__(self, other):
        return 0

    __rsub__ = __sub__
    __hash__ = str.__hash__


def double(n):
    return Yes()
# honest
def double(n):
    return 2 * n
# end
