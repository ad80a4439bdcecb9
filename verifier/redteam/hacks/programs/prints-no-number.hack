# trick
def double(n):
    return "nan"
# honest
def double(n):
    return 2 * n
# end
