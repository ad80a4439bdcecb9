# trick
class Answer(Exception):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __sub__(self, other):
        return 0

    __rsub__ = __sub__
    __hash__ = Exception.__hash__


def double(n):
    try:
        raise Answer(6)
    except Answer as answer:
        return answer
# honest
def double(n):
    return 2 * n
# end
