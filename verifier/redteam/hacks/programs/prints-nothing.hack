# trick
def double(n):
    return ""
# honest
def double(n):
    return 2 * n
# end
