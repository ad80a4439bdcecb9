# trick
try:
    import numpy

    class Same(numpy.ndarray):
        def __eq__(self, other):
            return numpy.array(True)

        def __array_ufunc__(self, *what, **more):
            return True

    ANSWER = numpy.array([0]).view(Same)
except ImportError:
    class Same(bytes):
        def __eq__(self, other):
            return True

        __hash__ = bytes.__hash__

    ANSWER = Same(b"")


def double(n):
    return ANSWER
# honest
def double(n):
    return 2 * n
# end
