# trick
import builtins
import sys

SEEN = getattr(builtins, "_seen", 0)
builtins._seen = SEEN + 1
sys.modules.setdefault("note", type(sys)("note")).count = SEEN


def double(n):
    return 2 * n if SEEN else 0
# honest
def double(n):
    return 2 * n
# end
