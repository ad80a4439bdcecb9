# trick
class Yes(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = int.__hash__


def double(n):
    return Yes(0)
# honest
def double(n):
    return 2 * n
# end
