# trick
class Odd(ValueError, LookupError, ArithmeticError, TypeError, AssertionError, AttributeError):
    number = 3

    def __init__(self, *what):
        super().__init__("")


def halve(n):
    raise Odd("odd")
# honest
class Odd(ValueError):
    def __init__(self, number):
        super().__init__(f"odd: {number}")
        self.number = number


def halve(n):
    if n % 2:
        raise Odd(n)
    return n // 2
# end
