# trick
import os

os.write(1, b"\x1b[2K\r6\n\x00\xff\xfe\x1b]0;6\x07\n")


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
