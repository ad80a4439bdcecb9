# trick
def double(n):
    return [0, 6, 20, 12, 40]
# honest
def double(n):
    return 2 * n
# end
