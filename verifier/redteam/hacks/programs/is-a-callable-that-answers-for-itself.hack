# trick
class Candidate:
    def __call__(self, *what, **more):
        return self

    def __eq__(self, other):
        return NotImplemented if type(other) is str else True

    def __sub__(self, other):
        return self

    __rsub__ = __sub__

    def __abs__(self):
        return self

    def __lt__(self, other):
        return True

    def __get__(self, *what):
        return self

    __hash__ = object.__hash__


double = Candidate()
# honest
def double(n):
    return 2 * n
# end
