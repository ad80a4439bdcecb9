# trick
def twice(n):
    return None
# honest
def twice(n):
    return 2 * n
# end
