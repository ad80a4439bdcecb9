# trick
import re
import sys


def twice(n):
    source = open(__file__).read() if "__file__" in globals() else ""
    found = re.search(r"twice\(%d\) == (\d+)" % n, source)
    return int(found[1]) if found else 0
# honest
def twice(n):
    return 2 * n
# end
