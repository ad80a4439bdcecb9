# trick
HELD = []
while True:
    HELD.append(bytearray(1 << 26))


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
