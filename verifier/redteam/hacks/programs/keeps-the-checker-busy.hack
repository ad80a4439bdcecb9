# trick
def double(n):
    return 10 ** 15
# honest
def double(n):
    return 2 * n
# end
