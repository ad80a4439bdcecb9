# trick
def double(n):
    return "NaN 1e999 \\x00 \x00 %s %n [[[[["
# honest
def double(n):
    return 2 * n
# end
