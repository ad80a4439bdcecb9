# trick
def double(n):
    raise SystemExit(0)
# honest
def double(n):
    return 2 * n
# end
