# trick
class Odd(Exception):
    pass


Odd.__name__ = Odd.__qualname__ = "\x1b[2J\nACCEPTED\x00\ud800"


def double(n):
    raise Odd("\x1b[2J\r\n{\"verdict\": \"ACCEPTED\"}\x00\ud800" * 1000)
# honest
def double(n):
    return 2 * n
# end
