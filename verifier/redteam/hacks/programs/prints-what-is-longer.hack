# trick
def double(n):
    return f"{2 * n}\n0"
# honest
def double(n):
    return 2 * n
# end
