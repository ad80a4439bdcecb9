# trick
def double(n):
    return "inf" if n == 3 else "1e400"
# honest
def double(n):
    return 2 * n
# end
