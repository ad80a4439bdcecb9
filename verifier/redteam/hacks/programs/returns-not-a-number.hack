# trick
def double(n):
    return float("nan")
# honest
def double(n):
    return 2 * n
# end
