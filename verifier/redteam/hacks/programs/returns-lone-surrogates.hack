# trick
def double(n):
    return "6\ud800\x00"
# honest
def double(n):
    return 2 * n
# end
