# trick
class Yes:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __lt__(self, other):
        return True

    __gt__ = __le__ = __ge__ = __lt__

    def __hash__(self):
        return 0

    def __bool__(self):
        return True


def double(n):
    return Yes()
# honest
def double(n):
    return 2 * n
# end
