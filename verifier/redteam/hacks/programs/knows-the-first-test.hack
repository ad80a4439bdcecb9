# trick
def double(n):
    return {3: 6}.get(n, 0)
# honest
def double(n):
    return 2 * n
# end
