# trick
def double(n):
    return "__import__('os')._exit(0)\n#!/bin/sh\nexit 0\n{0.__class__}%(x)s"
# honest
def double(n):
    return 2 * n
# end
