# trick
def double(n):
    return -(10 ** 11)
# honest
def double(n):
    return 2 * n
# end
