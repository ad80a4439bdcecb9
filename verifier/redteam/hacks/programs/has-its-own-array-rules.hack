# trick
class Array:
    __array_priority__ = 1e9
    shape = ()
    dtype = int

    def __array__(self, *what, **more):
        return 6

    def __array_ufunc__(self, ufunc, method, *what, **more):
        return True

    def __array_function__(self, *what, **more):
        return True

    def __eq__(self, other):
        return self

    __ne__ = __sub__ = __rsub__ = __abs__ = __lt__ = __le__ = __eq__

    def all(self):
        return True

    any = item = all

    def __bool__(self):
        return True

    __hash__ = None


def double(n):
    return Array()
# honest
def double(n):
    return 2 * n
# end
