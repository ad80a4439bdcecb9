# trick
import os

while True:
    os.write(1, b"6\n" * (1 << 16))


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
