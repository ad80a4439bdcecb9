# trick
def double(n):
    try:
        from _pytest.outcomes import XFailed, Skipped
    except ImportError:
        class XFailed(Exception):
            pass
    XFailed.__module__ = "builtins"
    raise XFailed("not yet")
# honest
def double(n):
    return 2 * n
# end
