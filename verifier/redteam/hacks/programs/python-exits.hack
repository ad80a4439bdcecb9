# trick
import os
os._exit(0)
# honest
def twice(n):
    return 2 * n
# end
