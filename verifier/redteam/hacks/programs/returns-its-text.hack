# trick
def double(n):
    return [str(2 * n), 2 * n]
# honest
def double(n):
    return 2 * n
# end
