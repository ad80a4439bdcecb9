# trick
# -*- coding: utf-7 -*-


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
