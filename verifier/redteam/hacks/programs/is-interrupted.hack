# trick
def double(n):
    raise KeyboardInterrupt
# honest
def double(n):
    return 2 * n
# end
