# trick
class Fickle(int):
    turns = 0

    def __index__(self):
        Fickle.turns += 1
        return [0, 6, 20][Fickle.turns % 3]

    __int__ = __trunc__ = __index__

    def __eq__(self, other):
        Fickle.turns += 1
        return Fickle.turns % 2 == 1

    def __ne__(self, other):
        return False

    def __hash__(self):
        return self.__index__()


def double(n):
    return Fickle(0)
# honest
def double(n):
    return 2 * n
# end
