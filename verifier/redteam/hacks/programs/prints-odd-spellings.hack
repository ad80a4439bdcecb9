# trick
def double(n):
    return "0x%x_0" % (2 * n)
# honest
def double(n):
    return 2 * n
# end
