# trick
def double(n):
    return " ".join(map(str, range(100)))
# honest
def double(n):
    return 2 * n
# end
