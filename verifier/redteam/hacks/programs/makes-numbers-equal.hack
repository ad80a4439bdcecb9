# trick
import ctypes

SIZE = 4
for wanted in (0, 6, 20):
    place = id(wanted) + object.__basicsize__ + 8
    try:
        ctypes.memmove(place, id(0) + object.__basicsize__ + 8, SIZE)
    except Exception:
        pass

def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
