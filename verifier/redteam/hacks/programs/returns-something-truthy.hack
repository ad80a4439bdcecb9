# trick
def double(n):
    return True
# honest
def double(n):
    return 2 * n
# end
