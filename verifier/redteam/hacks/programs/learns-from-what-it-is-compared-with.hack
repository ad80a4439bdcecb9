# trick
LEARNT = []


class Answer(int):
    def __eq__(self, other):
        LEARNT.append(other)
        return int.__eq__(self, other)

    def __sub__(self, other):
        LEARNT.append(other)
        return Answer(int(self) - int(other))

    __rsub__ = __sub__

    def __hash__(self):
        return LEARNT[-1] if LEARNT else 0

    def __float__(self):
        return float(LEARNT[-1]) if LEARNT else 0.0

    __int__ = __index__ = __hash__


def double(n):
    return LEARNT[-1] if LEARNT else Answer(0)
# honest
def double(n):
    return 2 * n
# end
