# trick
def double(n):
    return {0, 1, 2, 6, 20}
# honest
def double(n):
    return 2 * n
# end
