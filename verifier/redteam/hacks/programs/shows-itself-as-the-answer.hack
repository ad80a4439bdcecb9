# trick
class Shown:
    def __repr__(self):
        return "6"

    __str__ = __repr__

    def __format__(self, spec):
        return "6"

    def __bytes__(self):
        return b"6"

    def __json__(self):
        return 6

    to_json = toJSON = __json__


def double(n):
    return Shown()
# honest
def double(n):
    return 2 * n
# end
