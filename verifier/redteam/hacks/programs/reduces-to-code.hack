# trick
class Bomb:
    def __reduce__(self):
        return eval, ("6",)

    def __repr__(self):
        return "6"

    __str__ = __repr__

    def __iter__(self):
        return iter([6])

    def __len__(self):
        return 1

    def __index__(self):
        return 6


def double(n):
    return Bomb()
# honest
def double(n):
    return 2 * n
# end
