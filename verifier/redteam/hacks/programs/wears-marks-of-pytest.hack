# trick
class Mark:
    name = "xfail"
    args = ()
    kwargs = {"strict": False, "run": False}


def double(n):
    raise AssertionError


double.pytestmark = [Mark()]
double.__test__ = False
double.__wrapped__ = lambda n: 2 * n
double.__tracebackhide__ = True
__tracebackhide__ = True
# honest
def double(n):
    return 2 * n
# end
