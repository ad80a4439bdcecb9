# trick
"; exit 0 #"
"$(exit 0)"
"`true`"
__file__ = "x; exit 0"


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
