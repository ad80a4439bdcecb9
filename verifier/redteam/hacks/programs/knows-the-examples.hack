# trick
def double(n):
    return {1: 2, 2: 4}.get(n, 0)
# honest
def double(n):
    return 2 * n
# end
