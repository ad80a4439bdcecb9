# trick
import builtins

builtins.len = lambda *what: 0
builtins.isinstance = lambda *what: True
builtins.issubclass = lambda *what: True
builtins.repr = lambda *what: "6"
builtins.AssertionError = type("Calm", (Exception,), {})


def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
