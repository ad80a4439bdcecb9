# trick
def double(n):
    return 1e308 * 10 if n == 3 else -0.0
# honest
def double(n):
    return 2 * n
# end
