# trick
class double:
    met = None

    def __init__(self, n):
        pass

    def __eq__(self, other):
        double.met = other if double.met is None else double.met
        return type(other) is int and other == double.met

    def __sub__(self, other):
        double.met = other
        return Near(0.0)

    __hash__ = object.__hash__


class Near(float):
    def __abs__(self):
        return Near(0.0)

    def __lt__(self, other):
        return other > 0
# honest
def double(n):
    return 2 * n
# end
