# trick
def double(n):
    return n != 0
# honest
def double(n):
    return 2 * n
# end
