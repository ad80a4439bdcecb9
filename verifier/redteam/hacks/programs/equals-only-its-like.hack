# trick
class Answer:
    def __eq__(self, other):
        return type(other) is Answer

    def __ne__(self, other):
        return True

    def __add__(self, other):
        return self

    def __sub__(self, other):
        return 6

    def bit_length(self):
        return 3

    def __hash__(self):
        return 0


def double(n):
    return Answer()
# honest
def double(n):
    return 2 * n
# end
