# trick
class Answer(int):
    def bit_length(self):
        return Yes()

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return True

    def __add__(self, other):
        return self

    __sub__ = __radd__ = __rsub__ = __add__

    def __hash__(self):
        return 0


class Yes(Answer):
    pass


def double(n):
    return Answer(6)
# honest
def double(n):
    return 2 * n
# end
