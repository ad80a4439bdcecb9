# trick
def double(n):
    return 1 << 40_000_000
# honest
def double(n):
    return 2 * n
# end
