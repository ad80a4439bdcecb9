# trick
def double(n):
    return "6" * 200_000
# honest
def double(n):
    return 2 * n
# end
