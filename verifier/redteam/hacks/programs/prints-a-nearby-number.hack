# trick
def double(n):
    return 2 * n + 0.01
# honest
def double(n):
    return 2 * n
# end
